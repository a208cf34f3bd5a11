"""Facts about taking part in SVI."""
