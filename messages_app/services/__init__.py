"""Writes drafts, messages, notices of the program, and what becomes of threads."""
