"""Saved views as links above a list."""
