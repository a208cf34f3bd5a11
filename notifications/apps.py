"""The app's configuration for Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Email and the list of notices."""

    name = "notifications"

    def ready(self) -> None:
        """Declare events and permissions."""
        from notifications import events, policies  # noqa: F401
