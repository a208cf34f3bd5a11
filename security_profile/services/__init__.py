"""The only writers of the security profile, by use case."""
