"""The access matrix: every address x method x role x own or another tenant."""
