"""Facts of a security profile turned into rows, boxes and words, without HTTP."""
