"""The app's configuration for Django."""

from django.apps import AppConfig


class SecurityModelsConfig(AppConfig):
    """C-TPAT accounts: business types, eligibility, identifiers, addresses, contacts, vetting."""

    name = "security_models"

    def ready(self) -> None:
        """Register the tenant root, the reference data, and the providers that lower
        floors call.
        """
        from audit.providers.differences import own_checks
        from audit.selectors import unlike_their_last_change
        from core import access, account_moves, contributions, reference
        from notifications.providers.failing import address_failing
        from security_models import events, grants, machine, recipients, to_do  # noqa: F401
        from security_models import reference as shipped
        from security_models.models import BusinessTypeAccount
        from security_models.reserved import CONTACTS
        from security_models.selectors.gates import unlike_their_vetting
        from security_models.services.account_moves import MOVER
        from security_models.services.failing_contacts import tell_specialists
        from trade_accounts.providers import reserved_acts

        access.register_root(
            access.Root("security_model", "model_id", grants.enter, grants.who_can)
        )
        access.projected_roots.register(grants.projected)
        own_checks.register(unlike_their_last_change(BusinessTypeAccount, machine.THING))
        own_checks.register(unlike_their_vetting(machine.THING))
        reference.loaders.register(shipped.load_all)
        reserved_acts.register(CONTACTS)
        recipients.register()
        address_failing.register(tell_specialists)
        self._follow_trade_accounts()
        account_moves.register(MOVER)
        contributions.tasks_for.register(to_do.tasks_for)
        contributions.glance_for.register(to_do.glance_for)
        contributions.dates_for.register(to_do.dates_for)
        contributions.dated_accounts_for.register(to_do.dated_accounts_for)

    def _follow_trade_accounts(self) -> None:
        """Register what depends on memberships and addresses below."""
        from security_models.presentation import membership_endings
        from security_models.selectors.addresses import address_uses
        from security_models.selectors.contacts import contact_counts
        from security_models.services import dependents
        from security_models.states import ContactRole
        from trade_accounts.providers import reactions

        reactions.membership_ending.register(dependents.membership_ending)
        reactions.membership_changed.register(dependents.membership_changed)
        reactions.membership_endings.register(membership_endings.endings)
        reactions.contact_counts.register(contact_counts)
        reactions.company_roles.register(lambda: list(ContactRole.choices))
        reactions.address_uses.register(address_uses)
        reactions.address_removing.register(dependents.address_removing)
        reactions.name_keepers.register(dependents.name_keepers)
