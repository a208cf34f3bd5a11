"""Turns facts of a C-TPAT account into rows, boxes and words, without HTTP."""
