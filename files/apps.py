"""The app's configuration for Django."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Stored files: upload, hash, type by content, quarantine, scan, safe download."""

    name = "files"

    def ready(self) -> None:
        """Register events and the life cycle of a file."""
        from audit.providers.differences import bytes_to_read, own_checks
        from audit.selectors import unlike_their_last_change
        from core import account_moves
        from files import events, machine, services  # noqa: F401
        from files.models import StoredFile
        from identity.providers import address_changed

        own_checks.register(services.changed_files)
        own_checks.register(services.without_their_file)
        own_checks.register(services.documents_unlike_their_state)
        own_checks.register(unlike_their_last_change(StoredFile, machine.SCAN.thing, "state"))
        bytes_to_read.register(services.bytes_of_files)
        address_changed.register(services.follow_address)
        stays = "goes with its C-TPAT account; of a trade account it stays and can be made again"
        names = ("storedfile", "rendering", "preview", "filetext")
        tables = {f"files_{name}": stays for name in names}
        account_moves.register(account_moves.Mover("files", tables))
