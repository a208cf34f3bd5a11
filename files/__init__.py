"""Stored files: upload, hash, type by content, quarantine, scan, safe download."""
