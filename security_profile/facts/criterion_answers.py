"""The facts about one criterion of one security model, and what follows from them.

Values without tables: selectors make them, checks and pages read them (P2; domain section 3).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.crypto import content_hash
from core.errors import Problem
from core.text import is_blank, visible_length
from files.states import ScanState
from security_profile.states import (
    REASON_MINIMUM,
    RETURNED_SUBMISSION,
    SETTLED_STATES,
    CriterionState,
    Level,
    SubmissionStatus,
    Verdict,
    state_of,
)

REASON_MAXIMUM = 2000
TEXT_MAXIMUM = 4000

_REVIEWED = {*RETURNED_SUBMISSION, SubmissionStatus.APPROVED}


def frozen(text: str, not_applicable: bool, reason: str) -> tuple[str, str]:
    """Text and reason as they are submitted: only the one that was chosen."""
    return ("", reason) if not_applicable else (text, "")


def item_hash(
    text: str, not_applicable: bool, reason: str, evidence: Iterable[Mapping[str, Any]]
) -> str:
    """SHA-256 over what a specialist decides: the answer, and the contents and names of
    its files.
    """
    files = sorted([one["sha256"], one["title"]] for one in evidence)
    frozen_text, frozen_reason = frozen(text, not_applicable, reason)
    return content_hash([frozen_text, not_applicable, frozen_reason, files])


def answer_text(row: Any) -> str:
    """The words of an answer: the response, or the reason of Not Applicable."""
    return str(row.reason if row.not_applicable else row.text)


#: The hash of a criterion without an answer.
EMPTY = item_hash("", False, "", ())


@dataclass(frozen=True)
class Evidence:
    """A file attached to a response. Only a Clean one counts and can be opened (P2, D5)."""

    link_id: uuid.UUID
    version_id: uuid.UUID
    title: str
    name: str
    size: int
    content_type: str
    sha256: str
    state: str
    state_reason: str
    added_at: str
    added_by_name: str

    @property
    def is_clean(self) -> bool:
        """Whether it was checked and found clean."""
        return self.state == ScanState.CLEAN

    @property
    def is_checking(self) -> bool:
        """Whether its check is not finished."""
        return self.state == ScanState.QUARANTINED

    @property
    def is_blocked(self) -> bool:
        """Whether it can never be opened."""
        return not self.is_clean and not self.is_checking

    def frozen(self) -> dict[str, Any]:
        """What a submission stores about it."""
        return {
            "version": str(self.version_id),
            "title": self.title,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            "content_type": self.content_type,
        }


@dataclass(frozen=True)
class Judged:
    """The result of the criterion in the latest submission that was not withdrawn.

    ``touched``: it was returned, and its answer or its files were saved after the review ended.
    """

    submission_id: uuid.UUID
    status: str
    hash: str
    changed: bool
    verdict: str
    comment: str
    decided_by_name: str
    decided_at: dt.datetime | None
    touched: bool = False


@dataclass(frozen=True)
class Answer:
    """A criterion with its current response; ``version`` 0 means that nothing was saved yet."""

    criterion: Any
    version: int = 0
    response_id: uuid.UUID | None = None
    text: str = ""
    not_applicable: bool = False
    reason: str = ""
    is_ready: bool = False
    saved_at: dt.datetime | None = None
    saved_by: str = ""
    evidence: Sequence[Evidence] = ()
    judged: Judged | None = None

    @property
    def code(self) -> str:
        """The number of the criterion."""
        return str(self.criterion.code)

    @property
    def is_must(self) -> bool:
        """Whether the criterion is a Must for this model."""
        return bool(self.criterion.level == Level.MUST)

    @property
    def is_started(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.text or self.reason or self.not_applicable or self.evidence)

    @property
    def lacks_answer(self) -> bool:
        """P2: there is neither a text nor Not Applicable."""
        return not self.not_applicable and is_blank(self.text)

    @property
    def lacks_reason(self) -> bool:
        """P2: Not Applicable without a reason of 30 characters."""
        return self.not_applicable and visible_length(self.reason) < REASON_MINIMUM

    @property
    def lacks_evidence(self) -> bool:
        """P2: evidence is required and no file is Clean; Not Applicable waives it."""
        required = self.criterion.entry.evidence_required and not self.not_applicable
        return required and not any(one.is_clean for one in self.evidence)

    def still_to_do(self) -> list[Problem]:
        """What P2 requires and the answer lacks, in words."""
        evidence = [Problem("evidence", self._evidence_words())] if self.lacks_evidence else []
        returned = []
        if self.was_returned and not self.is_answered_anew:
            returned = [Problem("returned", _("Change what the specialist's comment asks for."))]
        return self.text_to_do() + evidence + returned

    def text_to_do(self) -> list[Problem]:
        """What the answer lacks besides evidence."""
        if self.lacks_answer:
            return [Problem("answer", _("Write a response."))]
        if self.lacks_reason:
            return [Problem("reason", self._reason_words())]
        return []

    def _reason_words(self) -> str:
        length = visible_length(self.reason)
        if not length:
            return _("Say why it does not apply.")
        left = REASON_MINIMUM - length
        words = ngettext(
            "The reason needs %(n)s more character.",
            "The reason needs %(n)s more characters.",
            left,
        )
        return words % {"n": left}

    def _evidence_words(self) -> str:
        if any(one.is_checking for one in self.evidence):
            return _("Wait for the check of the evidence.")
        return _("Attach the evidence that is required.")

    @property
    def is_complete(self) -> bool:
        """P2: answered, or Not Applicable with its reason, and with the evidence it needs."""
        return not (self.lacks_answer or self.lacks_reason or self.lacks_evidence)

    @cached_property
    def hash(self) -> str:
        """The hash that a submission would store now."""
        files = [one.frozen() for one in self.evidence]
        return item_hash(self.text, self.not_applicable, self.reason, files)

    @cached_property
    def files_hash(self) -> str:
        """A fingerprint of the attached files, for a form that shows them."""
        return content_hash(sorted([one.sha256, one.title] for one in self.evidence))

    @cached_property
    def has_changed(self) -> bool:
        """Whether it differs from the last submission ("changed since submitted")."""
        return self.judged is not None and self.judged.hash != self.hash

    @property
    def was_returned(self) -> bool:
        """Whether the latest review returned it, even if it was answered since."""
        judged = self.judged
        return (
            judged is not None
            and judged.status in RETURNED_SUBMISSION
            and judged.verdict == Verdict.RETURNED
        )

    @property
    def is_answered_anew(self) -> bool:
        """Whether it differs from what was submitted. A return is answered only after the partner
        could read it.

        Text written during the review does not answer its comment.
        """
        unread = self.was_returned and self.judged is not None and not self.judged.touched
        return self.has_changed and not unread

    @property
    def was_accepted(self) -> bool:
        """Whether the latest review accepted it, in this round or before, even if it
        changed since.
        """
        judged = self.judged
        return judged is not None and judged.status in _REVIEWED and not self.was_returned

    @cached_property
    def status(self) -> CriterionState:
        """The state that the partner sees."""
        judged = self.judged
        return state_of(
            started=self.is_started,
            complete=self.is_complete,
            changed=self.is_answered_anew,
            submission=judged.status if judged is not None else "",
            judged_again=judged is not None and judged.changed,
            verdict=judged.verdict if judged is not None else "",
        )


@dataclass(frozen=True)
class Counted:
    """The progress of a profile or of one of its categories."""

    total: int
    done: int
    returned: int
    without_evidence: int

    @property
    def left(self) -> int:
        """How many are not complete."""
        return self.total - self.done


def count(answers: Iterable[Answer]) -> Counted:
    """Count criteria by state. Must and Should count alike; what was returned must be
    done again.
    """
    every = list(answers)
    return Counted(
        total=len(every),
        done=sum(one.status in SETTLED_STATES for one in every),
        returned=sum(one.status == CriterionState.RETURNED for one in every),
        without_evidence=sum(one.lacks_evidence for one in every),
    )
