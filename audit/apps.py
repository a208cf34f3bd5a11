"""The app's configuration for Django."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The record of what happened."""

    name = "audit"

    def ready(self) -> None:
        """Check that what accepts a difference was signed."""
        from audit.providers.differences import own_checks
        from audit.selectors.differences import unsigned_acceptances
        from core import account_moves

        own_checks.register(unsigned_acceptances)
        stays = "stays; the history of the other account reads it, too"
        tables = dict.fromkeys(("audit_event", "audit_statuschange"), stays)
        account_moves.register(account_moves.Mover("audit", tables))
