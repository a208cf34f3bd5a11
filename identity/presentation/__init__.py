"""Turns facts about people and their sign-ins into words, without HTTP."""
