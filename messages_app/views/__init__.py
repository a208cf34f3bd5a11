"""Pages of messages and of notices of the program."""
