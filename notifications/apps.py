"""The app's configuration for Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Email and the list of notices."""

    name = "notifications"
