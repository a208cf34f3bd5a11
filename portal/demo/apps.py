"""The configuration of the demonstration for Django."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed only in the demo and in tests."""

    name = "portal.demo"
    label = "demo"
