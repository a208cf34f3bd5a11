"""The kit without tables: clock, ids, access, listing, PDF, concurrency. Knows nothing of the trade."""
