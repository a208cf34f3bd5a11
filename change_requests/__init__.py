"""Change requests: a company asks the program to change what is locked (T3, S3)."""
