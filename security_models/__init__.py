"""C-TPAT accounts: business types, eligibility, identifiers, addresses, contacts, vetting."""
