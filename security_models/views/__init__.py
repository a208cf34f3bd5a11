"""Pages of C-TPAT accounts, by tab."""
