"""Writes drafts, messages and what becomes of threads."""
