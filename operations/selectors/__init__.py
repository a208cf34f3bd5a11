"""Reads requests and the accounts that could take part."""
