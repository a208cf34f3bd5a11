"""Documents and their versions, stored as files; the basis of the Partner Library."""
