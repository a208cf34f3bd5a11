"""The app's configuration for Django."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Threads between partner and specialist (M1-M5)."""

    name = "messages_app"
