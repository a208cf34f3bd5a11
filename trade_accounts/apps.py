"""Django's entry for this app."""

from django.apps import AppConfig


class TradeAccountsConfig(AppConfig):
    """Trade accounts: organization profile, addresses, memberships, invitations, API keys."""

    name = "trade_accounts"

    def ready(self) -> None:
        """Register the tenant root."""
        from core.access import Root, register_root
        from trade_accounts import grants

        register_root(Root("trade_account", "trade_id", grants.enter, grants.who_can))
