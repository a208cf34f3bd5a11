"""Credentials: how they are stored, compared and protected against guessing."""
