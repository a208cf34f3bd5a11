"""Installs, starts, tests and measures the portal. Not part of the product."""
