"""Pages of the security profile."""
