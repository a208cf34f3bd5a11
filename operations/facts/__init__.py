"""Read-only facts of operations."""
