"""Trade accounts: organization profile, addresses, memberships, invitations, API keys."""
