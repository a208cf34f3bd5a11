"""The app's configuration for Django."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Threads between companies and their specialists, and what the program says (M1-M5)."""

    name = "messages_app"

    def ready(self) -> None:
        """Register events, the life cycle of threads, and what waits for staff."""
        from messages_app import events, machine, policies
        from messages_app.services import portal_messages
        from messages_app.services.thread_documents import register_documents
        from notifications.providers.told import contacts_told

        assert events and machine and policies  # noqa: S101 - imported for what they declare
        register_documents()
        contacts_told.register(portal_messages.keep)
