"""The app's configuration for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of what happened."""

    name = "audit"

    def ready(self) -> None:
        """Check that what accepts a difference was signed."""
        from audit.providers.differences import own_checks
        from audit.selectors.differences import unsigned_acceptances

        own_checks.register(unsigned_acceptances)
