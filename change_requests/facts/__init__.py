"""Facts about change requests, as small values."""
