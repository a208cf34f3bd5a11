"""Facts of people and their sign-ins turned into words, without HTTP."""
