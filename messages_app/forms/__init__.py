"""What people enter about messages."""
