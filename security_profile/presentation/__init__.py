"""Turns facts of a security profile into rows, boxes and words, without HTTP."""
