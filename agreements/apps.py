"""The app's configuration for Django."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """Agreement texts, the signing ceremony, signatures, copies of record."""

    name = "agreements"

    def ready(self) -> None:
        """Register events, texts and the copy of record."""
        from agreements import events, policies
        from agreements.reference import load_texts
        from agreements.selectors import unlike_their_hash
        from audit.providers.differences import own_checks
        from core.reference import loaders
        from files.providers import document_kinds

        assert events and policies  # noqa: S101 - imported for what they declare
        loaders.register(load_texts)
        own_checks.register(unlike_their_hash)
        document_kinds.register("copy_of_record", "agreements/pdf/copy_of_record.html")
