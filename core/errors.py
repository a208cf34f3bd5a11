"""Refusals: what a service raises if it does not do what it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One reason for a refusal, in words that the user can act on.

    ``field`` names the form field it belongs to (empty: the form as a whole); ``url`` is the
    address of the place where it can be fixed.

    """

    code: str
    message: Any
    field: str = ""
    url: str = ""


class Refused(Exception):
    """An act was refused; ``problems`` contains every reason, not only the first."""

    def __init__(self, code: str, problems: Iterable[Problem]) -> None:
        self.code = code
        self.problems = list(problems)
        super().__init__(code, [str(problem.message) for problem in self.problems])


def refusal(code: str, words: Any, field: str = "") -> Refused:
    """A refusal with one problem."""
    return Refused(code, [Problem(code, words, field)])


def refuse(problems: Iterable[Problem]) -> None:
    """Raise Refused with all problems, under the code of the first. Does nothing without
    problems.
    """
    found = list(problems)
    if found:
        raise Refused(found[0].code, found)


class Stale(Exception):
    """Someone else changed the row since it was read; ``current`` is its content now (P5)."""

    def __init__(self, current: Any) -> None:
        self.current = current
        super().__init__("stale version")

    def writer(self) -> Any:
        """The id of the person who wrote what is saved now; None if the row does not tell."""
        for name in ("decided_by_id", "updated_by_id"):
            if written_by := getattr(self.current, name, None):
                return written_by
        return None


class NotAllowed(Exception):
    """The actor is known here but lacks a right: 403 with the names of those who have it (R6)."""

    def __init__(self, permission: str, what: Any = "") -> None:
        self.permission = permission
        self.what = what
        super().__init__(permission)


class NotVisible(Exception):
    """For this actor the thing does not exist: 404, the same as for an unknown id (R6)."""
