"""Facts as small values, and pure functions over them."""
