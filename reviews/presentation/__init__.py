"""Facts of what waits, reviews and partners turned into rows, boxes and words, without HTTP."""
