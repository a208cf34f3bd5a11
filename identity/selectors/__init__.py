"""Reading people, their credentials and what stands before them."""
