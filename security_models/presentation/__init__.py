"""Facts of a C-TPAT account turned into rows, boxes and words, without HTTP."""
