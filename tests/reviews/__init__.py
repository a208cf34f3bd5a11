"""Tests of the workspace of specialists and management."""
