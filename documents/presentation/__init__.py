"""Turns documents into rows and words for pages; no HTTP."""
