"""Writes change requests."""
