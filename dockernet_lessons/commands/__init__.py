"""Docker commands typed as text: carried out through the API, printed as ``docker`` prints them."""
