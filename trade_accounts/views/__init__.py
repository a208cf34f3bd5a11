"""Pages of trade accounts."""
