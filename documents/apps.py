"""The app's configuration for Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and their versions, stored as files; the basis of the Partner Library."""

    name = "documents"

    def ready(self) -> None:
        """Register events, the loader of types, the names of accounts, and what is to do."""
        from core import contributions
        from documents import (  # noqa: F401
            account_names,
            events,
            machine,
            page_links,
            policies,
            reference,
            to_do,
        )
        from documents.presentation import request_uses
        from documents.services.requests import reopen_for_blocked
        from files.providers.blocked import file_blocked

        file_blocked.register(reopen_for_blocked)
        request_uses.register()
        contributions.tasks_for.register(to_do.tasks_for)
        contributions.dates_for.register(to_do.dates_for)
