"""The demonstration: scenarios, sign-in list, the mail catcher's page. Never in production."""
