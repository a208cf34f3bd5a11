"""What is wrong with an upload: one module a rule, each answering with problems in words."""
