"""The emulated machine's processes, files and commands."""
