"""What specialists and management read, by page."""
