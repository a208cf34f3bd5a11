"""Requests and their previews in words and pictures."""
