"""Manages addresses, keeps events, and delivers them."""
