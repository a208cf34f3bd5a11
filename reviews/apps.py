"""Django's entry for this app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the words of the record; have the view of all work laid by migrate."""
        from reviews import events, work_view

        assert events  # noqa: S101 - imported for what it declares
        work_view.connect(self)
