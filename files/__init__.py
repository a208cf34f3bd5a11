"""Bytes: upload, hash, type by content, quarantine, scan, inert download."""
