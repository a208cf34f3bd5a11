"""The app's configuration for Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the events; have ``migrate`` create the view of all work."""
        from identity.providers import left_behind
        from reviews import events, staff_acts, work_item_view  # noqa: F401
        from reviews.presentation.absence_words import partners_left

        staff_acts.register_all()
        left_behind.register(partners_left)
        work_item_view.connect(self)
