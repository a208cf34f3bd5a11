"""Reads approved versions (P7): of one criterion, of the profile on a date, of two approvals.

Nothing is handed out that differs from its seal. The number of statements does not depend on the
number of criteria and versions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from audit.models import StatusChange
from audit.selectors import Facts, unaltered
from core.errors import NotVisible
from security_models.models import SecurityModel
from security_profile.facts.approvals import Approval, InForce, Standing
from security_profile.facts.criterion_answers import Answer
from security_profile.models import ResponseVersion, Submission, SubmissionItem
from security_profile.selectors.profile import criteria_of
from security_profile.states import SubmissionStatus


@dataclass(frozen=True)
class CriterionVersions:
    """The approved versions of a criterion, newest first; none before its first approval."""

    code: str
    statement: str
    versions: tuple[ResponseVersion, ...]
    #: Whether it still applies to the C-TPAT account, so that it has a page of its own.
    applies: bool


def versions_of(model: SecurityModel, code: str) -> CriterionVersions:
    """The versions of one criterion. Raises NotVisible for a number that neither applies now nor
    has ever been approved, and Altered if a version is not what was approved.
    """
    now = {one.code: one for one in criteria_of(model)}.get(code)
    versions = _versions(model).filter(criterion__code=code)
    if now is not None:
        versions = versions.filter(criterion=now.id)
    rows = list(versions.select_related("submission", "criterion").order_by("-approved_at"))
    if now is None and not rows:
        raise NotVisible("criterion")
    unaltered(
        Facts(ResponseVersion, "response_id", sorted({one.response_id for one in rows})),
        Facts(Submission, "id", sorted({one.submission_id for one in rows})),
    )
    statement = now.entry.statement if now is not None else rows[0].criterion.statement
    return CriterionVersions(code, statement, tuple(rows), applies=now is not None)


def newest_versions(model: SecurityModel, answers: Iterable[Answer]) -> dict[str, ResponseVersion]:
    """The version in force of each of these answers, by the id of its criterion. Raises Altered if
    one is not what was approved.
    """
    responses = sorted(one.response_id for one in answers if one.response_id is not None)
    unaltered(Facts(ResponseVersion, "response_id", responses))
    newest = _versions(model).filter(response__in=responses)
    newest = newest.order_by("response_id", "-number").distinct("response_id")
    return {one.criterion_id: one for one in newest}


def _versions(model: SecurityModel) -> QuerySet[ResponseVersion]:
    rows = ResponseVersion.objects.filter(security_model=model)
    return rows.defer("submission__content")


def approvals_of(model: SecurityModel) -> list[Approval]:
    """The approved submissions of a model, newest first, with the program date of each approval."""
    approved = {"thing": "submission", "after": SubmissionStatus.APPROVED}
    moves = StatusChange.objects.filter(thing_id=OuterRef("pk"), **approved).order_by("-at")
    rows = Submission.objects.filter(security_model=model, status=SubmissionStatus.APPROVED)
    rows = rows.annotate(
        approved_on=Subquery(moves.values("on")[:1]), approved_by=Subquery(moves.values("pk")[:1])
    )
    columns = ("pk", "reference", "reviewed_at", "approved_on", "reviewed_by_name", "approved_by")
    found = list(rows.order_by("-reviewed_at").values_list(*columns))
    unaltered(
        Facts(Submission, "id", [row[0] for row in found]),
        Facts(StatusChange, "id", [row[5] for row in found]),
    )
    return [Approval(*row[:5]) for row in found]


def approval_on(approvals: Iterable[Approval], day: dt.date) -> Approval | None:
    """The approval in force at the end of a program date: the latest until then."""
    return next((one for one in approvals if one.on <= day), None)


def standing_after(model: SecurityModel, approval: Approval) -> Standing:
    """The profile in force after an approval: each criterion of its submission with the version
    approved latest. Raises Altered if one of them is not what was approved.
    """
    content: Mapping[str, Any]
    content = Submission.objects.values_list("content", flat=True).get(pk=approval.id)
    items = SubmissionItem.objects.filter(submission=approval.id)
    responses = list(items.order_by("response_id").values_list("response_id", flat=True))
    unaltered(
        Facts(SubmissionItem, "submission_id", [approval.id]),
        Facts(ResponseVersion, "response_id", responses),
    )
    newest = _versions(model).filter(response__in=responses, approved_at__lte=approval.at)
    newest = newest.order_by("response_id", "-number").distinct("response_id")
    versions = {one.criterion_id: one for one in newest}
    criteria = [
        InForce((category["number"], category["name"]), entry, versions[entry["criterion"]])
        for category in content["categories"]
        for entry in category["criteria"]
    ]
    return Standing(approval, content, criteria)
