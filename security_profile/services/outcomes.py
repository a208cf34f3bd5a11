"""What the end of a review does, by the kind of what was reviewed.

Reviewing is the same for every set of items: draft decisions with comments, each based on a
version, until all are decided and the review is completed (``services.review``). What follows
differs by kind, and each kind registers it here: the review calls it inside its transaction, with
model and submission locked, and names no kind itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.access import Access
from security_models.models import SecurityModel
from security_models.selectors.who_decides import Act
from security_profile.models import Submission


@dataclass(frozen=True)
class Outcome:
    """What ends a review of one kind.

    ``settle`` decides, before the end, what needs no decision of its own. ``approved`` is called
    when nothing is returned, ``returned`` with the number of items that are. ``mail`` gives the
    words of the email about either end, by that number; its preview asks, too. ``decides`` is the
    act that an approval is, for the question who may decide it; ``answer_clock`` says for how long
    the partner may answer what is returned.
    """

    settle: Callable[[Submission, Access], None]
    approved: Callable[[Access, SecurityModel, Submission], None]
    returned: Callable[[Access, SecurityModel, Submission, int], None]
    mail: Callable[[SecurityModel, Submission, int], Mail]
    decides: Act
    answer_clock: str


@dataclass(frozen=True)
class Mail:
    """An email that the end of a review sends: its kind and its words."""

    kind: str
    words: dict[str, Any]


_outcomes: dict[str, Outcome] = {}


def register(kind: str, outcome: Outcome) -> None:
    """Say what ends a review of a kind of submission; apps call it from ``AppConfig.ready``."""
    _outcomes[kind] = outcome


def outcome_of(submission: Submission) -> Outcome:
    """What the end of the review of a submission does."""
    return _outcomes[submission.kind]


def registered() -> dict[str, Outcome]:
    """Every outcome by kind."""
    return dict(_outcomes)
