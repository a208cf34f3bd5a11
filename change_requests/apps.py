"""The app's configuration for Django."""

from django.apps import AppConfig


class ChangeRequestsConfig(AppConfig):
    """Requests to change what is locked: the company name and business entity identifiers."""

    name = "change_requests"

    def ready(self) -> None:
        """Register events, the life cycle, what waits for staff, tasks, and links of locked
        fields.
        """
        from change_requests import events, machine, policies, to_do
        from change_requests import staff_work as waiting
        from change_requests.presentation import locked_fields
        from change_requests.services.account_moves import MOVER
        from core import account_moves, contributions, staff_work
        from security_models.providers import number_requests
        from trade_accounts.providers.name_requests import name_requests

        assert events and machine and policies  # noqa: S101 - imported for what they declare
        account_moves.register(MOVER)
        staff_work.register(waiting.kind())
        contributions.tasks_for.register(to_do.tasks_for)
        name_requests.register(locked_fields.name_request)
        number_requests.register(locked_fields.number_requests)
