"""What upper apps say about documents."""
