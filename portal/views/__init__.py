"""Pages that look across apps."""
