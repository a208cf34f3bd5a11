"""Django's entry for the kit."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the kit; it has no tables of its own."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
