"""The configuration for Django of the app that puts the others together."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages across apps."""

    name = "portal"
