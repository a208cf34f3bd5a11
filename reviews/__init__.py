"""The workspace of specialists and management: pool, queue, review, vetting."""
