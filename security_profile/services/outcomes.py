"""What happens when a review ends, for each kind of what was reviewed.

Reviewing is the same for every set of items: draft decisions with comments, each based on a
version, until all are decided and the review is completed (``services.review``). What follows
differs by kind. Each kind registers it here, and the review calls it inside its transaction, with
model and submission locked, without naming a kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.access import Access
from security_models.models import SecurityModel
from security_models.selectors.who_decides import Act
from security_profile.models import Submission


@dataclass(frozen=True)
class Outcome:
    """What happens when a review of one kind ends.

    ``settle`` first decides what needs no decision of its own. ``approved`` is called if nothing is
    returned, ``returned`` with the number of returned items. ``mail`` gives the email about either
    result, by that number; its preview calls it, too. ``decides`` is the act that an approval is,
    which decides who may do it. ``answer_clock`` is the clock for the partner's answer to a return.
    ``rechecks`` are what the reviewer must have checked besides the items, by code and in words,
    before an approval.
    """

    settle: Callable[[Submission, Access], None]
    approved: Callable[[Access, SecurityModel, Submission], None]
    returned: Callable[[Access, SecurityModel, Submission, int], None]
    mail: Callable[[SecurityModel, Submission, int], Mail]
    decides: Act
    answer_clock: str
    rechecks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mail:
    """An email that the end of a review sends: its kind and its values."""

    kind: str
    words: dict[str, Any]


_outcomes: dict[str, Outcome] = {}


def register(kind: str, outcome: Outcome) -> None:
    """Register the outcome of a kind of submission; apps call this from ``AppConfig.ready``."""
    _outcomes[kind] = outcome


def outcome_of(submission: Submission) -> Outcome:
    """The outcome for the kind of this submission."""
    return _outcomes[submission.kind]


def registered() -> dict[str, Outcome]:
    """Every outcome by kind."""
    return dict(_outcomes)
