"""Turns consents and monitoring into rows and words."""
