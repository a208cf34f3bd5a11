"""Forms of the security profile."""
