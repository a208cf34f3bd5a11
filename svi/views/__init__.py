"""Pages of SVI."""
