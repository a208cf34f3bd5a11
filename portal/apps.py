"""The configuration for Django of the app that puts the others together."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages across apps."""

    name = "portal"

    def ready(self) -> None:
        """Have people told of records that differ, statements about records emailed, and views of
        the lists across accounts saved.
        """
        from audit.providers.differences import anchored, found_new
        from portal.alerts import mail_statement, tell_of_differences
        from portal.saved_lists import lists_to_save
        from trade_accounts.providers.saved_lists import saved_lists

        anchored.register(mail_statement)
        found_new.register(tell_of_differences)
        saved_lists.register(lists_to_save)
