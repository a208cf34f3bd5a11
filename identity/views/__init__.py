"""Pages of registration, sign-in and the Application Menu."""
