"""Factories: rows in the state in which the services leave them."""
