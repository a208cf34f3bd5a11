"""The forms of the workspace, by use case."""
