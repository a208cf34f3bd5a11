"""Django's entry for the demonstration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Present in the demo and in tests only."""

    name = "portal.demo"
    label = "demo"
