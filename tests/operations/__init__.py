"""Tests of operations on trade accounts."""
