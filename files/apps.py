"""Django's entry for this app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Bytes: upload, hash, type by content, quarantine, scan, inert download."""

    name = "files"

    def ready(self) -> None:
        """Register events and the life cycle of a file."""
        from files import events, machine, services  # noqa: F401
        from identity.providers import address_changed

        address_changed.register(services.follow_address)
