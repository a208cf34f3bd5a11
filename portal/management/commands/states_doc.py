"""Write ``docs/states.md``: every life cycle, from its transition table."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.module_loading import autodiscover_modules

from audit.machine import Guard, Machine, Move
from core.access import ROLE_GRANTS, Permission
from identity.states import StaffRole
from security_models.policies import ASSIGNED_SCSS
from security_models.states import ContactRole
from security_profile.states import CriterionState, state_of
from trade_accounts.states import MembershipType

HEAD = (
    "# Life cycles\n\n"
    "Every status that the portal keeps, what leads from one to the next, and who may do it. "
    "Generated from the transition tables by `manage.py states_doc`; a test holds it to them. "
    "A move without a role is made by the system, or by a service that has checked its own right "
    "(the docstring of the app's `machine.py` says which). A status is written by its machine "
    "alone, with a row in the record for each change.\n"
)


def document() -> str:
    """The whole page."""
    autodiscover_modules("machine")
    with translation.override("en"):
        chapters = [_chapter(machine) for _, machine in sorted(Machine.registry.items())]
        return "\n".join([HEAD, *chapters, _derived()])


def _chapter(machine: Machine) -> str:
    lines = [f"## `{machine.thing}`", "", _first_line(sys.modules[machine.scope.__module__]), ""]
    lines += ["```mermaid", "stateDiagram-v2", *_arrows(machine), "```", ""]
    lines += ["| status | code |", "|---|---|"]
    lines += [f"| {state.label} | `{state.value}` |" for state in machine.states]
    lines += ["", "| move | from | to | who | what must hold |", "|---|---|---|---|---|"]
    lines += [_row(machine, one) for one in machine.moves.values()]
    return "\n".join([*lines, ""])


def _derived() -> str:
    """The chapter on what is never stored: the state of a criterion for the partner."""
    lines = ["## `criterion` (derived)", "", _first_line(CriterionState), ""]
    for part in (state_of.__doc__ or "").split("\n\n")[1:]:
        lines += [" ".join(part.split()).replace("``", "`"), ""]
    lines += ["| state | code |", "|---|---|"]
    lines += [f"| {state.label} | `{state.value}` |" for state in CriterionState]
    return "\n".join([*lines, ""])


def _arrows(machine: Machine) -> Iterator[str]:
    """The moves as arrows; several moves between the same two statuses are one arrow."""
    between: dict[tuple[str, str], list[str]] = {}
    for one in machine.moves.values():
        for source in _in_order(machine, one):
            labels = between.setdefault((source, one.target), [])
            if str(one.label) not in labels:
                labels.append(str(one.label))
    for (source, target), labels in between.items():
        yield f"    {source} --> {target}: {', '.join(labels)}"


def _row(machine: Machine, one: Move) -> str:
    cells = [
        f"{one.label} (`{one.name}`)",
        "; ".join(str(machine.states(source).label) for source in _in_order(machine, one)),
        str(machine.states(one.target).label),
        _who(one.permission),
        " ".join(_words_of(guard) for guard in one.guards),
    ]
    return f"| {' | '.join(cells)} |"


def _in_order(machine: Machine, one: Move) -> list[str]:
    """The sources in the order in which the states are declared."""
    return [str(state) for state in machine.states.values if state in one.sources]


def _who(permission: Permission | None) -> str:
    if permission is None:
        return ""
    names = _role_names()
    return ", ".join(names[role] for role in names if permission in ROLE_GRANTS.get(role, ()))


def _role_names() -> dict[str, str]:
    labels: list[Any] = [*ContactRole, *MembershipType, *StaffRole]
    named = {str(role.value): str(role.label) for role in labels}
    return {**named, ASSIGNED_SCSS: "Assigned SCSS"}


def _words_of(guard: Guard) -> str:
    """What a guard requires: the first line of its docstring, or of the function that made it."""
    made_by = guard.__qualname__.split(".")[0]
    return _first_line(getattr(sys.modules[guard.__module__], made_by))


def _first_line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().splitlines()[0]


class Command(BaseCommand):
    """``manage.py states_doc [--check]``"""

    help = "Write docs/states.md from the transition tables; with --check only compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check writes nothing."""
        parser.add_argument("--check", action="store_true", help="exit 1 if the page is not true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page, or compare it."""
        path = Path(settings.BASE_DIR) / "docs" / "states.md"
        if not options["check"]:
            path.write_text(document(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != document():
            raise CommandError(f"{path} is not what the tables say; run manage.py states_doc")
