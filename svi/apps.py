"""The app's configuration for Django."""

from django.apps import AppConfig


class SviConfig(AppConfig):
    """Status Verification Interface: consent, monitoring, status shown to others (SVI1-SVI7)."""

    name = "svi"

    def ready(self) -> None:
        """Register events, what is signed, what follows a change of status, and what is to do; have
        ``migrate`` create the views.
        """
        from agreements.providers import signables
        from core import contributions, laid_views
        from security_models.providers import type_status_changed
        from svi import events, machine, policies, shared_views, signing, to_do  # noqa: F401
        from svi.services import webhook_events
        from svi.services.news import follow_status
        from webhooks import providers as kinds

        signables.register(signing.SVI_AGREEMENT)
        signables.register(signing.SVI_REVOCATION)
        type_status_changed.register(follow_status)
        contributions.tasks_for.register(to_do.tasks_for)
        for kind in webhook_events.KINDS:
            kinds.register(kind)
        laid_views.connect(self, shared_views.VIEWS)
