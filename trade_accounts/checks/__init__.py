"""Rules of trade accounts, one module each: pure functions that return all problems."""
