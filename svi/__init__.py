"""Status Verification Interface: consent, monitoring, status shown to others (SVI1-SVI7)."""
