"""Agreement texts, the signing ceremony, signatures, copies of record."""
