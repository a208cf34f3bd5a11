"""What upper apps register here."""
