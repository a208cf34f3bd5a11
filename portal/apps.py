"""The configuration for Django of the app that puts the others together."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages across apps."""

    name = "portal"

    def ready(self) -> None:
        """Have management and operators told of records that differ."""
        from audit.providers.differences import found_new
        from portal.alerts import tell_of_differences

        found_new.register(tell_of_differences)
