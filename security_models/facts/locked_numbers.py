"""Changes of numbers that the first submission has locked (S3), as small values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from security_models.facts.model_facts import Facts
from security_models.models import IdentifierType


@dataclass(frozen=True)
class NumberChange:
    """One change. Without ``identifier_id`` a number is added; without ``type`` it is removed.

    ``before_hash`` is that of the number as it was when the change was asked for. ``value`` is the
    new number in its normalized form, ``value_hash`` its hash, and ``shown`` what people see of it:
    of a removed one, what they saw before.
    """

    identifier_id: uuid.UUID | None = None
    before_hash: str = ""
    type: IdentifierType | None = None
    value: str = ""
    value_hash: str = ""
    shown: str = ""


def lockable(types: Iterable[IdentifierType], facts: Facts) -> list[IdentifierType]:
    """Those of the kinds that are locked now: the company can only ask for their change."""
    return [one for one in types if facts.submitted and one.locked_after_first_submission]
