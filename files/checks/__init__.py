"""What is wrong with an upload: one module a rule, each returning problems in words."""
