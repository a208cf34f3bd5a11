"""Django's entry for this app."""

from django.apps import AppConfig


class SecurityModelsConfig(AppConfig):
    """C-TPAT accounts: business types, eligibility, identifiers, addresses, contacts, vetting."""

    name = "security_models"

    def ready(self) -> None:
        """Register the tenant root."""
        from core.access import Root, register_root
        from security_models import grants

        register_root(Root("security_model", "model_id", grants.enter, grants.who_can))
