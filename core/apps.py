"""The kit's configuration for Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the kit; it has no tables of its own."""

    name = "core"

    def ready(self) -> None:
        """Keep secrets out of every log of this process."""
        from core import log_secrets

        log_secrets.install()

    default_auto_field = "django.db.models.BigAutoField"
