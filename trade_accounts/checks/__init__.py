"""Rules of trade accounts, one module each: pure functions that answer with all problems."""
