"""Turns threads into rows, words and documents."""
