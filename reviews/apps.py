"""The app's configuration for Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the events and due dates; have ``migrate`` create the view of all work."""
        from change_requests.providers import sent_again
        from core import laid_views
        from core.contributions import dated_accounts_for, dates_for
        from identity.providers import left_behind
        from messages_app.providers.reactions import partner_wrote
        from reviews import events, staff_acts, to_do, work_item_view  # noqa: F401
        from reviews.presentation.absence_words import partners_left
        from reviews.services import wake_by_answer, wake_by_sending

        staff_acts.register_all()
        left_behind.register(partners_left)
        dates_for.register(to_do.dates_for)
        dated_accounts_for.register(to_do.dated_accounts_for)
        partner_wrote.register(wake_by_answer)
        sent_again.register(wake_by_sending)
        laid_views.connect(self, [work_item_view.VIEW])
