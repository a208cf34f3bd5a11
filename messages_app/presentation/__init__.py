"""Turns threads and notices of the program into rows, words and documents."""
