"""Documents and their versions over files; the Partner Library's ground."""
