"""Reads threads, messages, drafts and notices of the program."""
