"""The app's configuration for Django."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Operations on trade accounts: link, delink, merge, split, and their approvals."""

    name = "operations"

    def ready(self) -> None:
        """Register events, tasks, work for staff, and what belongs to the history of an account."""
        from core import account_moves, contributions, staff_work, web
        from operations import events, machine, to_do  # noqa: F401
        from operations.selectors.requests import past_scopes, split_off
        from operations.staff_work import kind
        from trade_accounts.providers.reactions import past_scopes as past_of_account

        contributions.tasks_for.register(to_do.tasks_for)
        past_of_account.register(past_scopes)
        web.moved_roots.register(split_off)
        staff_work.register(kind())
        stays = "stays; both companies read it, also after one was closed"
        names = ("tradeaccountrequest", "recommendation")
        tables = dict.fromkeys((f"operations_{name}" for name in names), stays)
        account_moves.register(account_moves.Mover("operations", tables))
