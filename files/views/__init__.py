"""Answers that upper apps send."""
