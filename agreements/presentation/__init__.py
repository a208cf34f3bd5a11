"""Shows agreement texts."""
