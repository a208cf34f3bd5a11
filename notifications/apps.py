"""The app's configuration for Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Email and the list of notices."""

    name = "notifications"

    def ready(self) -> None:
        """Declare events and permissions."""
        from core import account_moves
        from notifications import events, policies  # noqa: F401

        stays = "stays with the person who got it; its old address leads to the page"
        tables = dict.fromkeys(("notifications_notification", "notifications_outbox"), stays)
        account_moves.register(account_moves.Mover("notifications", tables))
