"""The life cycle of a submission (domain section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.machine import Machine, move
from audit.services import model_scope
from core.access import Access
from core.errors import Problem
from security_models.policies import P
from security_profile.models import CriterionDecision, Submission, SubmissionItem
from security_profile.states import OPEN_SUBMISSION, SubmissionStatus, Verdict

S = SubmissionStatus


def items_to_decide(submission: Submission) -> QuerySet[SubmissionItem]:
    """The items annotated with ``to_decide``: changed in this round, or returned in the one before.

    A returned answer that came back unchanged is decided again; it is never carried over.
    """
    # Filtered by the id of the previous round: a join would make the database read every item.
    returned_before = CriterionDecision.objects.filter(
        submission=submission.previous_id,
        item__criterion=OuterRef("criterion"),
        verdict=Verdict.RETURNED,
    )
    items = SubmissionItem.objects.filter(submission=submission)
    return items.annotate(returned_before=Exists(returned_before)).annotate(
        to_decide=Q(changed=True) | Q(returned_before=True)
    )


def undecided_codes(submission: Submission) -> list[str]:
    """The numbers of the criteria that still must be decided, in the order of the set."""
    undecided = Q(decision__isnull=True) | Q(decision__verdict=Verdict.TO_REVIEW)
    items = items_to_decide(submission).filter(undecided, Q(to_decide=True))
    return list(items.order_by("criterion__position").values_list("criterion__code", flat=True))


def count_returned(submission: Submission) -> int:
    """How many criteria are returned, and how many parts of an annual review that are none."""
    return submission.decisions.filter(verdict=Verdict.RETURNED).count()


def every_changed_criterion_is_decided(submission: Submission, access: Access) -> Iterator[Problem]:
    """A review can end when each criterion that changed has been accepted or returned (P6)."""
    missing = undecided_codes(submission)
    if missing:
        words = ngettext(
            "Decide %(codes)s first. It is neither accepted nor returned.",
            "Decide %(codes)s first. They are neither accepted nor returned.",
            len(missing),
        )
        yield Problem("undecided", words % {"codes": _listed(missing)})


def something_is_returned(submission: Submission, access: Access) -> Iterator[Problem]:
    """A return needs at least one returned criterion or part."""
    if not count_returned(submission):
        yield Problem("nothing_returned", _("Nothing is returned. Approve the submission."))


def nothing_is_returned(submission: Submission, access: Access) -> Iterator[Problem]:
    """An approval requires that no criterion and no part is returned."""
    if count_returned(submission):
        yield Problem("returned", _("Something is returned. Send it back to the partner."))


def _listed(codes: list[str], limit: int = 12) -> str:
    more = len(codes) - limit
    listed = ", ".join(codes[:limit])
    return f"{listed} … (+{more})" if more > 0 else listed


def _scope(row: Any) -> Any:
    return model_scope(row.security_model_id)


submissions = Machine(
    "submission",
    SubmissionStatus,
    _scope,
    [
        move("withdraw", _("Withdraw"), [S.SUBMITTED], S.WITHDRAWN, P.SUBMIT),
        move("start_review", _("Start review"), [S.SUBMITTED], S.IN_REVIEW, P.REVIEW),
        move(
            "return",
            _("Return to the partner"),
            [S.IN_REVIEW],
            S.RETURNED,
            P.REVIEW,
            every_changed_criterion_is_decided,
            something_is_returned,
        ),
        move(
            "approve",
            _("Approve"),
            [S.IN_REVIEW],
            S.APPROVED,
            P.REVIEW,
            every_changed_criterion_is_decided,
            nothing_is_returned,
        ),
        # Made when the next round is signed, and when the application ends.
        move("answer", _("Answer"), [S.RETURNED], S.ANSWERED, P.SUBMIT),
        move("close", _("Close"), OPEN_SUBMISSION, S.CLOSED, None),
    ],
)
