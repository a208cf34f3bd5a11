"""Reads what specialists and management see, by page."""
