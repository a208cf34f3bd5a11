"""The app's configuration for Django."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and their versions, stored as files; the basis of the Partner Library."""

    name = "documents"

    def ready(self) -> None:
        """Register events, the loader of types, and the names of accounts."""
        from documents import (  # noqa: F401
            account_names,
            events,
            machine,
            policies,
            reference,
        )
