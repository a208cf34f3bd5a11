"""Words about notices: their topics, and why someone got one."""
