"""Tests of the pages across apps."""
