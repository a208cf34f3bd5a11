"""Rules that refuse, one pure function each."""
