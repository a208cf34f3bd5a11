"""The configuration for Django of the app that puts the others together."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages across apps."""

    name = "portal"

    def ready(self) -> None:
        """Have people told of records that differ, and statements about records emailed."""
        from audit.providers.differences import anchored, found_new
        from portal.alerts import mail_statement, tell_of_differences

        anchored.register(mail_statement)
        found_new.register(tell_of_differences)
