"""The exhaustive test of a life cycle: state x move x role, each against the real table.

Guards are left out: they have their own tests. This tests that a move happens exactly when the
table says so, for exactly the roles with its permission, and that a refused move changes nothing.

    def test_the_whole_table() -> None:
        check(MACHINE, a_saved_row, UserFactory.create())
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from audit.machine import Machine, Move
from audit.models import StatusChange
from core.access import ROLE_GRANTS, Access, system
from core.errors import NotAllowed, Refused
from identity.models import User

#: A role that no app declares: someone who is inside and may do nothing.
NOBODY = ""


@dataclass(frozen=True)
class Case:
    """One cell: ``expected`` is ``moved``, ``not allowed`` or ``wrong state``."""

    state: str
    move: str
    role: str
    expected: str


def cases(machine: Machine) -> Iterator[Case]:
    """Every cell of the table; the expected result follows from the declaration alone."""
    for state in machine.states.values:
        for one in machine.moves.values():
            for role in [NOBODY, *sorted(ROLE_GRANTS), "system"]:
                yield Case(str(state), one.name, role, _expected(one, str(state), role))


def _expected(one: Move, state: str, role: str) -> str:
    if one.permission is not None and role != "system":
        granted = ROLE_GRANTS.get(role, frozenset())
        if one.permission not in granted:
            return "not allowed"
    return "moved" if state in one.sources else "wrong state"


def _access(role: str, user: User) -> Access:
    if role == "system":
        return system("a test")
    return Access(user=user, roles=frozenset([role] if role else []))


def _without_guards(machine: Machine) -> Machine:
    """The same table, unregistered, without its guards."""
    copied = object.__new__(Machine)
    copied.__dict__.update(machine.__dict__)
    copied.moves = {name: replace(one, guards=()) for name, one in machine.moves.items()}
    return copied


def check(
    machine: Machine,
    row: Model,
    user: User,
    *,
    beside: Callable[[str], Mapping[str, Any]] = lambda state: {},
) -> int:
    """Try every cell on ``row``; return how many there were.

    ``beside`` gives what a state needs in other columns (constraints of the table).
    """
    table, count = _without_guards(machine), 0
    for state, of_state in groupby(cases(machine), lambda case: case.state):
        with transaction.atomic():
            _put(row, machine.field, state, beside(state))
            before = _trace(table, row)
            for case in of_state:
                access = _access(case.role, user)
                offered = case.move in {one.name for one in table.available(row, access)}
                if case.expected == "moved":
                    _moves(table, row, case, access, beside)
                else:
                    _refuses(table, row, case, access)
                # A button is shown exactly when the person may use it.
                moved = case.expected == "moved"
                assert offered == (moved and table.moves[case.move].permission is not None), case
                count += 1
            assert _trace(table, row) == before, f"what was refused in {state} left a trace"
            transaction.set_rollback(True)
    return count


def _put(row: Model, field: str, state: str, beside: Mapping[str, Any]) -> None:
    values = {field: state, **beside}
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    for name, value in values.items():
        setattr(row, name, value)


def _trace(table: Machine, row: Model) -> tuple[Any, int]:
    """What the database stores about a row's life: its state, and how many changes."""
    kept = type(row)._base_manager.filter(pk=row.pk).values_list(table.field, flat=True).get()
    return kept, StatusChange.objects.filter(thing=table.thing, thing_id=row.pk).count()


def _refuses(table: Machine, row: Model, case: Case, access: Access) -> None:
    with pytest.raises((NotAllowed, Refused)) as refusal:
        table.apply(case.move, row, actor=access)
    said = refusal.value
    codes = {one.code for one in said.problems} if isinstance(said, Refused) else {"not_allowed"}
    assert codes == {case.expected.replace(" ", "_")}, case


def _moves(
    table: Machine,
    row: Model,
    case: Case,
    access: Access,
    beside: Callable[[str], Mapping[str, Any]],
) -> None:
    target = table.moves[case.move].target
    with transaction.atomic():
        change = table.apply(case.move, row, actor=access, **beside(target))
        assert _trace(table, row)[0] == target, case
        assert (change.before, change.after, change.move) == (case.state, target, case.move)
        assert StatusChange.objects.filter(pk=change.pk).exists(), case
        transaction.set_rollback(True)
    setattr(row, table.field, case.state)
