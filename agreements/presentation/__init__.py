"""Agreement texts as they are shown."""
