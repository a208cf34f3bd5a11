"""Reads threads, messages and drafts."""
