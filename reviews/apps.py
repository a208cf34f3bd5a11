"""Django's entry for this app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the words of the record; have the view of all work laid by migrate."""
        from reviews import events, staff_acts, work_item_view  # noqa: F401

        staff_acts.register_all()
        work_item_view.connect(self)
