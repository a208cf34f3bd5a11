"""What is typed and chosen for an operation."""
