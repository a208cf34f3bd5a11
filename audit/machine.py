"""State transitions as rows of an explicit table.

Only a :class:`Machine` writes a status. The table also gives the available buttons,
``docs/states.md``, and the exhaustive test of state x move x role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from audit.models import StatusChange
from audit.services import Scope, record_status, record_statuses
from core.access import Access, Permission
from core.errors import Problem, refusal, refuse

Guard = Callable[[Any, Access], Iterable[Problem]]


@dataclass(frozen=True)
class Move:
    """One row of the table.

    ``permission`` None means that only the system or another service makes the move, never a person
    directly. Each of the ``guards`` returns all of its problems.
    """

    name: str
    label: Any
    sources: frozenset[str]
    target: str
    permission: Permission | None
    guards: Sequence[Guard] = ()


def move(
    name: str,
    label: Any,
    sources: Iterable[str],
    target: str,
    permission: Permission | None,
    *guards: Guard,
) -> Move:
    """Write a row of the table."""
    return Move(name, label, frozenset(str(s) for s in sources), str(target), permission, guards)


class Machine:
    """The life cycle of one kind of thing.

    ``scope`` returns the owner of a thing; ``field`` is the model field with the status. ``after``
    is called with the thing and its recorded change, in the same transaction.
    """

    registry: dict[str, Machine] = {}

    def __init__(
        self,
        thing: str,
        states: type[models.TextChoices],
        scope: Callable[[Any], Scope],
        moves: Sequence[Move],
        field: str = "status",
        after: Callable[[Any, StatusChange], None] = lambda _row, _change: None,
    ) -> None:
        self.thing, self.states, self.scope, self.field = thing, states, scope, field
        self.after = after
        self.moves = {one.name: one for one in moves}
        Machine.registry[thing] = self

    def begin(self, row: Any, *, actor: Access) -> StatusChange:
        """Record the state in which a new thing starts."""
        return self._record(row, "begin", "", getattr(row, self.field), actor, "")

    def problems(self, name: str, row: Any, access: Access) -> list[Problem]:
        """Every problem that blocks a move now: the source state and all guards."""
        one = self.moves[name]
        state = getattr(row, self.field)
        if state not in one.sources:
            label = self.states(state).label
            words = _("This is not possible while the status is “%(status)s”.") % {"status": label}
            return [Problem("wrong_state", words)]
        return [problem for guard in one.guards for problem in guard(row, access)]

    def available(self, row: Any, access: Access) -> list[Move]:
        """The moves that this actor could make now, without the guards: which buttons to show."""
        state = getattr(row, self.field)
        return [
            one
            for one in self.moves.values()
            if state in one.sources and one.permission is not None and access.has(one.permission)
        ]

    def apply(
        self, name: str, row: Any, *, actor: Access, reason: str = "", **changes: Any
    ) -> StatusChange:
        """Make a move on a row that the caller has locked, together with changes of other fields.

        Raises NotAllowed without the permission, and Refused with every problem in words. The
        update names the source state, so that only one of two parallel moves succeeds.
        """
        one = self.moves[name]
        if one.permission is not None:
            actor.require(one.permission)
        problems = self.problems(name, row, actor)
        refuse(problems)
        before = getattr(row, self.field)
        values = {self.field: one.target, **changes}
        rows = type(row)._base_manager.filter(pk=row.pk, **{self.field: before})
        if not rows.update(**values):
            words = _("Someone else changed the status at the same moment. Reload the page.")
            raise refusal("lost_race", words)
        for key, value in values.items():
            setattr(row, key, value)
        change = self._record(row, name, before, one.target, actor, reason)
        self.after(row, change)
        return change

    def apply_to_all(
        self,
        name: str,
        rows: models.QuerySet[Any],
        *,
        actor: Access,
        reason: str = "",
        **changes: Any,
    ) -> int:
        """Make a move of the system on every row of a query, in three statements; how many moved.

        Only for moves without permission and guards: rows in other states are passed over.
        """
        one = self.moves[name]
        if one.permission is not None or one.guards:
            raise ValueError(f"{self.thing}.{name} is decided for each row")
        standing = rows.filter(**{f"{self.field}__in": one.sources})
        locked = list(standing.order_by("pk").select_for_update(of=("self",), no_key=True))
        ids = [row.pk for row in locked]
        rows.model._base_manager.filter(pk__in=ids, **{f"{self.field}__in": one.sources}).update(
            **{self.field: one.target}, **changes
        )
        record_statuses(
            actor=actor,
            thing=self.thing,
            move=name,
            after=one.target,
            reason=reason,
            about=[(self.scope(row), row.pk, getattr(row, self.field)) for row in locked],
        )
        return len(ids)

    def _record(
        self, row: Any, name: str, before: str, after: str, actor: Access, reason: str
    ) -> StatusChange:
        return record_status(
            actor=actor,
            scope=self.scope(row),
            thing=self.thing,
            thing_id=row.pk,
            move=name,
            before=before,
            after=after,
            reason=reason,
        )
