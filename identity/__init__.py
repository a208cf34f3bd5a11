"""Users, passwords and their history, security questions, second factors, sign-in."""
