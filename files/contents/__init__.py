"""What is inside files: pictures of pages and text, read in a process with limits (U-8)."""
