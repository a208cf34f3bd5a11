"""Django's entry for this app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and their versions over files; the Partner Library's ground."""

    name = "documents"

    def ready(self) -> None:
        """Register events, the loader of types, and the names of accounts."""
        from documents import (  # noqa: F401
            account_names,
            events,
            reference,
        )
