"""Threads between partner and specialist (M1-M5)."""
