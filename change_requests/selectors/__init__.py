"""Reads change requests."""
