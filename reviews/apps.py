"""The app's configuration for Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the events; have ``migrate`` create the view of all work."""
        from reviews import events, staff_acts, work_item_view  # noqa: F401

        staff_acts.register_all()
        work_item_view.connect(self)
