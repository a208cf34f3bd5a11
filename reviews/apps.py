"""Django's entry for this app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The workspace of specialists and management: pool, queue, review, vetting."""

    name = "reviews"

    def ready(self) -> None:
        """Declare the words of the record."""
        from reviews import events  # noqa: F401
