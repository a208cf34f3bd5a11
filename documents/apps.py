"""Django's entry for this app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents and their versions over files; the Partner Library's ground."""

    name = "documents"
