"""Django's entry for the composition root."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that look across apps."""

    name = "portal"
