"""Django's entry for this app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Bytes: upload, hash, type by content, quarantine, scan, inert download."""

    name = "files"
