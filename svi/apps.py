"""The app's configuration for Django."""

from django.apps import AppConfig


class SviConfig(AppConfig):
    """Status Verification Interface: consent, monitoring, status shown to others (SVI1-SVI7)."""

    name = "svi"

    def ready(self) -> None:
        """Register events, what is signed or printed, what follows a change of status, and what is
        to do; have ``migrate`` create the views.
        """
        from agreements.providers import signables
        from core import account_moves, contributions, laid_views
        from files.providers import document_kinds
        from notifications.providers import kinds
        from security_models.providers import type_status_changed
        from svi import events, machine, policies, shared_views, signing, to_do  # noqa: F401
        from svi.presentation.letters import LETTER, letter_context
        from svi.services import webhook_events
        from svi.services.account_moves import MOVER
        from svi.services.handovers import OWNERS
        from svi.services.news import follow_status
        from trade_accounts.providers import handovers
        from webhooks import providers as webhook_kinds

        signables.register(signing.SVI_AGREEMENT)
        signables.register(signing.SVI_REVOCATION)
        type_status_changed.register(follow_status)
        contributions.tasks_for.register(to_do.tasks_for)
        document_kinds.register(LETTER, "svi/pdf/letter.html", letter_context)
        kinds.carries_secret("svi.proof_sent")
        handovers.register(OWNERS)
        for kind in webhook_events.KINDS:
            webhook_kinds.register(kind)
        account_moves.register(MOVER)
        laid_views.connect(self, shared_views.VIEWS)
