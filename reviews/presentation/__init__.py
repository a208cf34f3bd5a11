"""Turns facts of work, reviews and partners into rows, boxes and words, without HTTP."""
