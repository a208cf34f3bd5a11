"""The app's configuration for Django."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Threads between companies and their specialists, and what the program says (M1-M5)."""

    name = "messages_app"

    def ready(self) -> None:
        """Register events, the life cycle of threads, and what waits for staff."""
        from core import contributions, staff_work
        from messages_app import events, machine, policies, to_do
        from messages_app import staff_work as waiting
        from messages_app.presentation import document_uses
        from messages_app.services import handovers, portal_messages
        from messages_app.services.colleague_handovers import COLLEAGUES
        from messages_app.services.thread_documents import register_documents
        from notifications.providers.told import contacts_told
        from security_models.providers import handed_over
        from trade_accounts.providers import handovers as of_people

        staff_work.register(waiting.kind())
        assert events and machine and policies  # noqa: S101 - imported for what they declare
        register_documents()
        document_uses.register()
        contacts_told.register(portal_messages.keep)
        handed_over.register(handovers.say_who_comes)
        of_people.register(COLLEAGUES)
        contributions.tasks_for.register(to_do.tasks_for)
        contributions.dates_for.register(to_do.dates_for)
