"""The API: its shape, rights, keys and description."""
