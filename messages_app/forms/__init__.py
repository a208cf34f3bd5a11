"""What people enter about messages and notices of the program."""
