"""Docker commands typed as text, run by the machine's own ``docker`` command."""
