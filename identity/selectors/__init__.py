"""Reads people, their credentials, and what they must do before a page opens."""
