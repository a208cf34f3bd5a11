"""Reads consents and monitoring."""
