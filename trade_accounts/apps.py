"""The app's configuration for Django."""

from django.apps import AppConfig


class TradeAccountsConfig(AppConfig):
    """Trade accounts: organization profile, addresses, memberships, invitations, API keys."""

    name = "trade_accounts"

    def ready(self) -> None:
        """Register the tenant root, and what this app provides to others."""
        from core import account_moves, contributions, web
        from core.access import Root, projected_roots, register_root
        from core.api import key_holders
        from core.reference import loaders
        from identity.credentials.mailed_links import Purpose, register_purpose
        from identity.providers import address_changed, people_of_companies
        from notifications.providers.failing import address_failing
        from notifications.providers.kinds import carries_secret, register_group
        from trade_accounts import events as events
        from trade_accounts import grants, selectors, services
        from trade_accounts.models import TradeAccount
        from trade_accounts.providers import handovers, reactions, reserved_acts
        from trade_accounts.reserved import USERS, ask_instead
        from trade_accounts.selectors import search
        from trade_accounts.selectors.moved import merged_into
        from trade_accounts.services import organization_summary
        from trade_accounts.services.account_moves import MOVER
        from trade_accounts.services.handovers import ASKS, SHARED_VIEWS
        from trade_accounts.states import INVITATION, MembershipType
        from trade_accounts.to_do import tasks_for

        register_root(Root("trade_account", "trade_id", grants.enter, grants.who_can))
        projected_roots.register(lambda: (TradeAccount, grants.wanted_grants))
        loaders.register(services.load_reference)
        key_holders.register(services.key_holder)
        address_changed.register(services.follow_address)
        address_failing.register(services.tell_of_failing)
        people_of_companies.register(search.people_of_companies)
        for group in ("company_admins", "other_company_admins"):
            register_group(group, selectors.administrators)
        for kind in ("user.invited", "user.invitation_expiring"):
            carries_secret(kind)
        door, page = "trade_accounts:invitation-link", "trade_accounts:invitation-page"
        register_purpose(Purpose(INVITATION, door, page, selectors.invitation_by_hash))
        organization_summary.register_documents()
        contributions.tasks_for.register(tasks_for)
        reserved_acts.register(USERS)
        reactions.company_roles.register(lambda: list(MembershipType.choices))
        web.ways_to_ask.register(ask_instead)
        account_moves.register(MOVER)
        handovers.register(ASKS, SHARED_VIEWS)
        web.moved_roots.register(merged_into)
