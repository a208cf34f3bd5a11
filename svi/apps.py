"""The app's configuration for Django."""

from django.apps import AppConfig


class SviConfig(AppConfig):
    """Status Verification Interface: consent, monitoring, status shown to others (SVI1-SVI7)."""

    name = "svi"
