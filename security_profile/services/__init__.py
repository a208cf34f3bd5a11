"""The only code that writes the security profile, by use case."""
