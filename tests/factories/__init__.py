"""Factories: rows as the services leave them."""
