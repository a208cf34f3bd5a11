"""Forms about documents."""
