"""What files look like on pages; no HTTP."""
