"""What upper apps register with messages."""
