"""Reads a submission under review: its head, its list of criteria, the check before completion."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.errors import NotVisible
from security_models.models import SecurityModel
from security_models.policies import DECISION
from security_models.selectors.who_decides import left_to_others, may_decide
from security_profile.machine import items_to_decide
from security_profile.models import (
    CriterionDecision,
    ResponseVersion,
    Submission,
    SubmissionItem,
)
from security_profile.presentation.review_parts import parts_of
from security_profile.selectors import catalogue, require_unaltered
from security_profile.selectors.submissions import signed_review_in
from security_profile.services.outcomes import outcome_of
from security_profile.services.review import decisions_seen
from security_profile.states import SubmissionKind, SubmissionStatus, Verdict

CHANGED, RETURNED, NEW_EVIDENCE, NOT_APPLICABLE, OPEN, ALL = (
    "changed",
    "returned",
    "evidence",
    "na",
    "open",
    "all",
)
#: What was decided in this round; the lists behind the figures of the check page.
ACCEPTED_NOW, RETURNED_NOW, UNCHANGED = "accepted", "returned-now", "unchanged"
FILTERS = frozenset(
    {CHANGED, RETURNED, NEW_EVIDENCE, NOT_APPLICABLE, OPEN, ALL, ACCEPTED_NOW, RETURNED_NOW,
     UNCHANGED}
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One line of the list of criteria."""

    code: str
    label: str
    to_decide: bool
    returned_before: bool
    not_applicable: bool
    new_evidence: bool
    verdict: str
    carried_over: bool

    @property
    def is_decided(self) -> bool:
        """Whether it is accepted or returned, even if only as a draft."""
        return self.verdict in {Verdict.ACCEPTED, Verdict.RETURNED}

    @cached_property
    def filters(self) -> frozenset[str]:
        """The filters of the list that it passes."""
        passed = {
            CHANGED: self.to_decide,
            RETURNED: self.returned_before,
            NEW_EVIDENCE: self.new_evidence,
            NOT_APPLICABLE: self.not_applicable,
            OPEN: self.to_decide and not self.is_decided,
            ALL: True,
            ACCEPTED_NOW: self.to_decide and self.verdict == Verdict.ACCEPTED,
            RETURNED_NOW: self.verdict == Verdict.RETURNED,
            UNCHANGED: not self.to_decide and self.verdict != Verdict.RETURNED,
        }
        return frozenset(name for name, passes in passed.items() if passes)

    def is_in(self, show: str) -> bool:
        """Whether it belongs to one of the filters of the list; without a filter, it does."""
        return show in self.filters or show not in FILTERS


@dataclass(frozen=True)
class Review:
    """A submission under review: its head and the list of its criteria."""

    model: SecurityModel
    submission: Submission
    rows: tuple[Row, ...]

    @cached_property
    def to_decide(self) -> int:
        """How many criteria must be decided in this round."""
        return sum(row.to_decide for row in self.rows)

    @cached_property
    def decided(self) -> int:
        """How many of these are decided."""
        return sum(row.to_decide and row.is_decided for row in self.rows)

    @cached_property
    def unchanged(self) -> int:
        """How many criteria need no decision and have none, so they stay accepted."""
        return sum(not row.to_decide and not row.is_decided for row in self.rows)

    def count(self, show: str) -> int:
        """How many lines pass a filter."""
        return sum(row.is_in(show) for row in self.rows)

    def shown(self, show: str) -> list[Row]:
        """The lines that pass the filter."""
        return [row for row in self.rows if row.is_in(show)]

    @property
    def is_open(self) -> bool:
        """Whether decisions can be made."""
        return self.submission.status == SubmissionStatus.IN_REVIEW

    @property
    def is_annual(self) -> bool:
        """Whether it is an annual review, which contains more than criteria (P10)."""
        return self.submission.kind == SubmissionKind.ANNUAL_REVIEW

    @property
    def can_start(self) -> bool:
        """Whether *Start review* is the next step."""
        return self.submission.status == SubmissionStatus.SUBMITTED

    @property
    def due_on(self) -> dt.date:
        """The program's date for a decision. Applications count from their first submission."""
        start = self.submission.submitted_on
        if self.submission.kind == SubmissionKind.APPLICATION:
            start = self.model.first_submitted_on or start
        return clock.clock(DECISION).due(start)


def review_of(model: SecurityModel, submission_id: uuid.UUID) -> Review:
    """The submission of a model with its list of criteria: two queries, and one or two that compare
    it with what was signed.
    """
    submission = _SUBMISSION.first(submission_id=submission_id, model_id=model.pk)
    if submission is None:
        raise NotVisible("submission")
    require_unaltered(submission.pk, submission.previous_id)
    return Review(model, submission, rows_of(submission))


def _submission(submission_id: Any, model_id: Any) -> QuerySet[Submission]:
    return Submission.objects.filter(pk=submission_id, security_model=model_id).defer("content")


_SUBMISSION = Compiled(_submission, submission_id=uuid.UUID, model_id=uuid.UUID)


def rows_of(submission: Submission) -> tuple[Row, ...]:
    """The lines of the list, in the order of the criteria; one query."""
    lines = _FIRST_ROUND if submission.round == 1 else _LATER_ROUND
    values = {name: getattr(submission, name) for name in lines.types}
    return tuple(_row(line) for line in lines.rows(**values))


def _lines(round_before: QuerySet[SubmissionItem], **values: Any) -> QuerySet[Any, Any]:
    submission = Submission(**values)
    approved = ResponseVersion.objects.filter(
        response=OuterRef("response"), approved_at__lt=submission.submitted_at
    )
    items = items_to_decide(submission)
    return (
        items.annotate(
            evidence_before=Coalesce(
                Subquery(round_before.values("evidence")[:1]),
                Subquery(approved.order_by("-number").values("evidence")[:1]),
                output_field=JSONField(),
            )
        )
        .order_by("criterion__position")
        .values_list(
            "criterion_id",
            "criterion__code",
            "to_decide",
            "returned_before",
            "not_applicable",
            "evidence",
            "evidence_before",
            "decision__verdict",
            "decision__carried_over",
            named=True,
        )
    )


def _first_round(**values: Any) -> QuerySet[Any, Any]:
    return _lines(SubmissionItem.objects.none(), **values)


def _later_round(security_model_id: Any, submitted_at: Any, **values: Any) -> QuerySet[Any, Any]:
    answered = Submission.objects.filter(
        security_model=security_model_id,
        status=SubmissionStatus.ANSWERED,
        submitted_at__lt=submitted_at,
    ).order_by("-submitted_at")
    round_before = SubmissionItem.objects.filter(
        submission=Subquery(answered.values("pk")[:1]), criterion=OuterRef("criterion")
    )
    return _lines(round_before, submitted_at=submitted_at, **values)


_ROUND: dict[str, type] = {"id": uuid.UUID, "previous_id": uuid.UUID, "submitted_at": dt.datetime}
_FIRST_ROUND = Compiled(_first_round, **_ROUND)
_LATER_ROUND = Compiled(_later_round, **_ROUND, security_model_id=uuid.UUID)


def _row(line: Any) -> Row:
    known = catalogue().by_id.get(line.criterion_id)
    before = {one["sha256"] for one in line.evidence_before or ()}
    return Row(
        code=line.criterion__code,
        label=known.label if known else _("Criterion %(code)s") % {"code": line.criterion__code},
        to_decide=line.to_decide,
        returned_before=line.returned_before,
        not_applicable=line.not_applicable,
        new_evidence=any(one["sha256"] not in before for one in line.evidence),
        verdict=line.decision__verdict or "",
        carried_over=bool(line.decision__carried_over),
    )


@dataclass(frozen=True)
class Completion:
    """The check page before a review is completed."""

    review: Review
    returned: tuple[CriterionDecision, ...]
    seen: str
    #: Returned parts of an annual review that are no criteria: the label of each, and its decision.
    parts: tuple[tuple[str, CriterionDecision], ...] = ()
    #: Accepted criteria with a comment, which the partner also reads.
    commented: tuple[CriterionDecision, ...] = ()
    #: G1: who can approve the profile instead of the reader; None if the reader can.
    others: tuple[str, ...] | None = None
    #: G1: who can pass vetting once the reader has approved; None if the approval excludes nobody.
    vetters: tuple[str, ...] | None = None

    @property
    def undecided(self) -> list[Row]:
        """Criteria that must be decided first."""
        return self.review.shown(OPEN)

    @property
    def accepted(self) -> int:
        """How many changed criteria are accepted."""
        return sum(row.to_decide and row.verdict == Verdict.ACCEPTED for row in self.review.rows)

    @property
    def unchanged(self) -> int:
        """How many criteria are carried over as accepted."""
        return len(self.review.rows) - self.accepted - len(self.returned) - len(self.undecided)

    @property
    def answer_due_on(self) -> dt.date:
        """The day by which the partner must answer a return completed today."""
        return clock.clock(outcome_of(self.review.submission).answer_clock).due(clock.today())


def told_of(submission: Submission) -> tuple[CriterionDecision, ...]:
    """What the partner will read of a review: the returned criteria, and accepted ones with a
    comment; in the order of the set, one query.
    """
    with_comment = Q(verdict=Verdict.ACCEPTED) & ~Q(comment="")
    rows = submission.decisions.filter(Q(verdict=Verdict.RETURNED) | with_comment, part="")
    rows = rows.select_related("item__criterion").defer("item__text", "item__evidence")
    return tuple(rows.order_by("item__criterion__position"))


def _parts_told(review: Review) -> tuple[tuple[str, CriterionDecision], ...]:
    """The returned parts of an annual review that are no criteria, in its order."""
    if not review.is_annual:
        return ()
    rows = review.submission.decisions.filter(verdict=Verdict.RETURNED).exclude(part="")
    made = {one.part: one for one in rows}
    labels = parts_of(signed_review_in(review.submission.pk) or {}) if made else {}
    return tuple((label, made[part]) for part, label in labels.items() if part in made)


def completion_of(access: Access, submission_id: uuid.UUID) -> Completion:
    """What happens when the review is completed: five queries, two more under G1."""
    model: SecurityModel = access.security_model
    review = review_of(model, submission_id)
    seen = decisions_seen(review.submission)
    told = told_of(review.submission)
    returned = tuple(one for one in told if one.verdict == Verdict.RETURNED)
    parts = _parts_told(review)
    return Completion(
        review=review,
        returned=returned,
        seen=seen,
        parts=parts,
        commented=tuple(one for one in told if one.verdict == Verdict.ACCEPTED),
        others=None if returned or parts else _others(access, review),
        vetters=None if returned or parts else _left_to_others(access, review),
    )


def _left_to_others(access: Access, review: Review) -> tuple[str, ...] | None:
    return left_to_others(access, review.model, outcome_of(review.submission).decides)


def _others(access: Access, review: Review) -> tuple[str, ...] | None:
    """Who else can approve if the reader has passed vetting of this application (G1)."""
    act = outcome_of(review.submission).decides
    answer = may_decide(access, review.model, act, is_in_charge=True)
    return answer.who_else if answer.needs_another else None
