"""Change requests in words."""
