"""Responses that upper apps send."""
