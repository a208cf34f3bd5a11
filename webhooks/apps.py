"""The app's configuration for Django."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Webhooks: addresses of companies' own systems, and the events that are sent to them."""

    name = "webhooks"

    def ready(self) -> None:
        """Register what the timeline says, and who may do what."""
        from core import account_moves
        from webhooks import events, policies  # noqa: F401
        from webhooks.services.account_moves import MOVER

        account_moves.register(MOVER)
