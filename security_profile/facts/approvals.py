"""Approvals, and what was in force after each (P7): values without tables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Approval:
    """An approved submission; ``on`` is the program date of the approval."""

    id: uuid.UUID
    reference: str
    at: dt.datetime
    on: dt.date
    by: str


@dataclass(frozen=True)
class InForce:
    """A criterion as the Officer had signed it, with its version in force after an approval.

    ``entry`` is the criterion in the content of the submission, ``category`` its number and name.
    """

    category: tuple[int, str]
    entry: Mapping[str, Any]
    version: Any

    @property
    def code(self) -> str:
        """The number of the criterion."""
        return str(self.entry["code"])


@dataclass(frozen=True)
class Standing:
    """The profile that was in force after an approval."""

    approval: Approval
    content: Mapping[str, Any]
    criteria: Sequence[InForce]


@dataclass(frozen=True)
class Changed:
    """A criterion that one of two approvals has in another form, or not at all."""

    before: InForce | None
    after: InForce | None

    @property
    def shown(self) -> InForce:
        """The side that tells number, statement and category: the later one, if it has it."""
        found = self.after or self.before
        assert found is not None  # noqa: S101  (one of both has it)
        return found

    @property
    def state(self) -> str:
        """``added``, ``changed`` or ``removed``."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def other_words(self) -> bool:
        """Whether the criterion itself was worded differently."""
        if self.before is None or self.after is None:
            return False
        return bool(self.before.entry["statement"] != self.after.entry["statement"])


def changes(earlier: Standing, later: Standing) -> list[Changed]:
    """What differs between two approvals: in the order of the later one, then what it lacks.

    An answer that was changed and changed back in between does not differ.
    """
    before = {one.version.criterion_id: one for one in earlier.criteria}
    after = {one.version.criterion_id: one for one in later.criteria}
    both = [Changed(before.get(key), one) for key, one in after.items()]
    gone = [Changed(one, None) for key, one in before.items() if key not in after]
    return [one for one in (*both, *gone) if _differs(one)]


def numberless(company: Mapping[str, Any]) -> dict[str, Any]:
    """A company profile without account numbers, which come with certification, and without the
    ids of its business types, which earlier versions did not sign.
    """
    types = [{**one, "id": "", "account_number": ""} for one in company["business_types"]]
    return {**company, "business_types": types}


def company_changed(earlier: Standing, later: Standing) -> bool:
    """Whether the company profile differs between two approvals, except account numbers."""
    before, after = earlier.content["company"], later.content["company"]
    return numberless(before) != numberless(after)


def _differs(one: Changed) -> bool:
    if one.before is None or one.after is None:
        return True
    return bool(one.before.version.item_hash != one.after.version.item_hash)


File = Mapping[str, Any]


def evidence_changes(before: Iterable[File], after: Iterable[File]) -> list[tuple[File, str]]:
    """The files of the later answer, new ones ``added``, then the ``removed`` ones.

    A file is the same if content and title are: these are what an approval stores.
    """
    old, new = list(before), list(after)
    had, has = {_key(one) for one in old}, {_key(one) for one in new}
    now = [(one, "" if _key(one) in had else "added") for one in new]
    return now + [(one, "removed") for one in old if _key(one) not in has]


def _key(file: File) -> tuple[str, str]:
    return file["sha256"], file["title"]
