"""Read-only facts about emails."""
