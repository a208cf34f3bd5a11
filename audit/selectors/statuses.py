"""Compares the status of a thing with its last status change, which is sealed (A5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import F, Model, OuterRef, Subquery

from audit.models import StatusChange, What
from audit.selectors.facts import Found


def unlike_their_last_change(
    model: type[Model], thing: str, column: str = "status"
) -> Callable[[str, Sequence[str]], list[Found]]:
    """A check of rows of a model: it finds those whose status no recorded move has led to.

    A status changes, so it has no seal. A row without any status change is left to other checks.
    """
    changes = StatusChange.objects.filter(thing=thing, thing_id=OuterRef("pk"))
    last = Subquery(changes.order_by("-at", "-id").values("after")[:1])

    def check(table: str, ids: Sequence[str]) -> list[Found]:
        if table != model._meta.db_table:
            return []
        rows = model._base_manager.filter(pk__in=ids).annotate(moved_to=last)
        wrong = rows.exclude(moved_to=None).exclude(moved_to=F(column))
        return [Found(table, str(pk), What.ALTERED) for pk in wrong.values_list("pk", flat=True)]

    return check
