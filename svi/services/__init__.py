"""Changes consents and monitoring, with both companies told."""
