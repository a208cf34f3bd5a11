"""Rules that refuse change requests."""
