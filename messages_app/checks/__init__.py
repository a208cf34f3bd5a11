"""Rules that refuse."""
