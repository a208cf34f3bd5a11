"""Compares columns that may change, and so have no seal, with the sealed rows that say how that
happened: events and submissions (A5).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from audit.models import Event, ScopeKind, What
from audit.selectors import Found
from core.crypto import content_hash
from security_models.models import BusinessTypeAccount, EligibilityRun
from security_models.states import BusinessTypeStatus, EligibilityOutcome
from security_profile.models import AnnualReview, EvidenceLink, Submission
from security_profile.selectors.own_hashes import unlike_their_hash
from security_profile.states import RETURNED_SUBMISSION, SubmissionStatus

#: The acts on a link to evidence.
ADDED, REMOVED, RESTORED = (
    f"security_profile.evidence_{what}" for what in ("added", "removed", "restored")
)
#: The act by which management says why an annual review was not done.
NOT_DONE = "security_profile.review_not_done"
#: The most time between a row and the event of the same act, where that names no instant: those of
#: earlier versions.
MOMENT = dt.timedelta(minutes=1)
#: Business types that were never submitted, or not for certain.
UNSIGNED = (BusinessTypeStatus.DRAFT, BusinessTypeStatus.LAPSED, BusinessTypeStatus.WITHDRAWN)


def unlike_their_record(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these rows, those that differ from what was recorded about them, or from their hash."""
    return [
        *unlike_their_hash(table, ids),
        *_links_unlike_their_events(table, ids),
        *_reviews_unlike_their_record(table, ids),
        *_types_unlike_what_was_signed(table, ids),
    ]


def _found(table: str, ids: Sequence[uuid.UUID]) -> list[Found]:
    return [Found(table, str(one), What.ALTERED) for one in ids]


# --- links to evidence ----------------------------------------------------------------------------


def _links_unlike_their_events(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these links, those that were not removed or put back as the last event about them says."""
    if table != EvidenceLink._meta.db_table:
        return []
    told = _about(OuterRef("security_model_id"), OuterRef("pk"), ADDED, REMOVED, RESTORED)
    rows = EvidenceLink.objects.filter(pk__in=ids).annotate(
        last_kind=Subquery(told.values("kind")[:1]),
        last_at=Subquery(told.values("at")[:1]),
        last_by=Subquery(told.values("actor_name")[:1]),
        last_data=Subquery(told.values("data")[:1]),
    )
    return _found(table, [one.pk for one in rows if not _is_as_told(one)])


def _about(model: Any, subject: Any, *kinds: str) -> QuerySet[Event]:
    """The events of these kinds about a row of an account, the newest first."""
    return Event.objects.filter(
        scope_kind=ScopeKind.SECURITY_MODEL, scope_id=model, subject_id=subject, kind__in=kinds
    ).order_by("-at", "-id")


def _is_as_told(link: EvidenceLink) -> bool:
    told = vars(link)
    if told["last_kind"] is None:
        return True  # no event says anything of it
    if told["last_kind"] != REMOVED:
        return link.removed_at is None and not link.removed_by_name
    if link.removed_at is None or link.removed_by_name != told["last_by"]:
        return False
    removed_at = told["last_data"].get("removed_at")
    if removed_at is not None:
        return bool(dt.datetime.fromisoformat(removed_at) == link.removed_at)
    return abs(told["last_at"] - link.removed_at) < MOMENT


# --- annual reviews -------------------------------------------------------------------------------


def reason_digest(row: AnnualReview | None) -> str:
    """A fingerprint of why a review was not done, and who said so: for the record, and for the form
    that changes it. What the company does in its review meanwhile does not change it.
    """
    return content_hash([row.closing_reason, row.closed_by_name] if row is not None else ["", ""])


def _reviews_unlike_their_record(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these annual reviews, those whose rounds are not those that were submitted for them, or
    whose reason is not the one that was recorded.
    """
    if table != AnnualReview._meta.db_table:
        return []
    rows = AnnualReview.objects.filter(pk__in=ids)
    wrong = [one.pk for one in rows if not (_has_its_rounds(one) and _has_its_reason(one))]
    return _found(table, wrong)


def _has_its_rounds(row: AnnualReview) -> bool:
    """Whether it names the newest round, and the day of the first; those withdrawn do not count.

    A return that was answered with the review of a later year continues with the rounds of that
    one (``services.review_rounds``).
    """
    signed = Submission.objects.filter(security_model=row.security_model_id)
    signed = signed.exclude(status=SubmissionStatus.WITHDRAWN).order_by("submitted_at")
    first: Submission | None = None
    newest: Submission | None = None
    before: Submission | None = None
    for one in signed.only("status", "submitted_on", "content"):
        about = one.content.get("annual_review")
        if about is not None and about["due_on"] == row.due_on.isoformat():
            first, newest = first or one, one
        elif about is not None and _is_answered_with(newest, before):
            newest = one
        before = one
    if first is None or newest is None:
        return (row.submission_id, row.submitted_on) == (None, None)
    return (row.submission_id, row.submitted_on) == (newest.pk, first.submitted_on)


def _is_answered_with(newest: Submission | None, before: Submission | None) -> bool:
    """Whether what was signed after ``before`` answers the newest round of a review."""
    if newest is None or before is None:
        return False
    return newest.pk == before.pk and newest.status in RETURNED_SUBMISSION


def _has_its_reason(row: AnnualReview) -> bool:
    told = _about(row.security_model_id, row.pk, NOT_DONE).first()
    if told is None:
        return reason_digest(row) == reason_digest(None)
    if "digest" not in told.data:  # recorded by an earlier version
        return row.closed_by_name == told.actor_name and row.closing_reason != ""
    return bool(told.data["digest"] == reason_digest(row))


# --- business types -------------------------------------------------------------------------------


def _types_unlike_what_was_signed(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these business types, those of which no submission of their account says anything, or
    whose questions are not those that led to them.
    """
    if table != BusinessTypeAccount._meta.db_table:
        return []
    signed = Submission.objects.filter(security_model=OuterRef("security_model"))
    rows = BusinessTypeAccount.objects.filter(Exists(signed), pk__in=ids)
    rows = rows.exclude(status__in=UNSIGNED).annotate(last_run=Subquery(_runs_of_type()[:1]))
    wrong = [one.pk for one in rows if one.run_id != vars(one)["last_run"] or not _is_signed(one)]
    return _found(table, wrong)


def _runs_of_type() -> QuerySet[EligibilityRun, Any]:
    """The runs that led to a business type, the newest first: that one settled it, and after the
    first submission none begins.
    """
    runs = EligibilityRun.objects.filter(
        security_model=OuterRef("security_model"),
        business_type=OuterRef("business_type"),
        outcome=EligibilityOutcome.ELIGIBLE,
    )
    return runs.order_by("-started_at", "-id").values("pk")


def _is_signed(account: BusinessTypeAccount) -> bool:
    rounds = Submission.objects.filter(security_model=account.security_model_id)
    named = [
        one.get("id")  # earlier versions signed none
        for types in rounds.values_list("content__company__business_types", flat=True)
        for one in types
        if one["slug"] == account.business_type_id
    ]
    return None in named or str(account.pk) in named
