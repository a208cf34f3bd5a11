"""The kit without tables: clock, ids, access, doors, listing, PDF. Knows nothing of the trade."""
