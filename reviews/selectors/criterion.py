"""Reads one criterion under review: the answer, what changed in it, its evidence, its history.

Four queries, however many rounds and versions there are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, F, Func, JSONField, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from audit.models import What
from audit.selectors import Altered, Facts, Found, altered, unaltered
from core.compiled import Compiled
from core.differences import Difference, compare
from core.errors import NotVisible
from documents.models import DocumentVersion
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import answer_text
from security_profile.models import (
    CriterionDecision,
    ResponseVersion,
    ReturnReason,
    Submission,
    SubmissionItem,
)
from security_profile.selectors import catalogue, listed
from security_profile.states import SubmissionStatus, Verdict


@dataclass(frozen=True)
class Baseline:
    """An earlier text to compare with: an approved version, or the answer of another round."""

    key: str
    label: str
    text: str
    not_applicable: bool
    evidence: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class File:
    """One file of the response: ``change`` is ``added``, ``removed`` or empty."""

    version_id: str
    title: str
    name: str
    size: int
    sha256: str
    change: str
    state: str = ""
    uploaded_by: str = ""
    uploaded_at: dt.datetime | None = None


@dataclass(frozen=True)
class Past:
    """An earlier decision about the criterion, or the approval of a version."""

    at: dt.datetime
    round: int
    verdict: str
    comment: str
    by: str
    version: int = 0


@dataclass(frozen=True)
class CriterionReview:
    """Everything in the middle and right columns for one criterion."""

    item: SubmissionItem
    decision: CriterionDecision | None
    baselines: tuple[Baseline, ...]
    baseline: Baseline | None
    files: tuple[File, ...]
    past: tuple[Past, ...]

    @property
    def statement(self) -> str:
        """The criterion as the Officer read it (P8), even if it has changed since."""
        return str(self._as_signed.get("statement") or self.item.criterion.statement)

    @property
    def evidence_required(self) -> bool:
        """Whether evidence was required when the Officer signed (P8)."""
        known = self._as_signed.get("evidence_required")
        return self.item.criterion.evidence_required if known is None else bool(known)

    @property
    def _as_signed(self) -> dict[str, Any]:
        return getattr(self.item, "as_signed", None) or {}

    @property
    def text(self) -> str:
        """The answer as submitted: the response, or the reason why it does not apply."""
        return answer_text(self.item)

    @cached_property
    def difference(self) -> Difference | None:
        """The changes since the baseline; None if there is nothing to compare with."""
        return compare(self.baseline.text, self.text) if self.baseline is not None else None

    @property
    def kind_changed(self) -> bool:
        """Whether a response became Not Applicable or the other way round."""
        before = self.baseline
        return before is not None and before.not_applicable != self.item.not_applicable

    @property
    def types(self) -> str:
        """The business types that the criterion applies to here, in words."""
        names = catalogue().type_names
        return listed(str(names.get(slug, slug)) for slug in self.item.business_types)


def criterion_review(
    model: SecurityModel, submission: Submission, code: str, compare_with: str = ""
) -> CriterionReview:
    """One criterion of a submission; four queries, and one or two that compare earlier rounds and
    versions with their seals. Raises NotVisible for a number that is not in it.
    """
    item = _ITEM.first(submission_id=submission.pk, code=code)
    if item is None:
        raise NotVisible("submission_item")
    before = submission.submitted_at
    rounds = _EARLIER_ROUNDS.rows(model_id=model.pk, criterion_id=item.criterion_id, before=before)
    versions = _VERSIONS.rows(response_id=item.response_id, before=before)
    if rounds or versions or not submission.is_first:
        _require_unaltered(item, rounds)
    baselines = tuple(_baselines(submission, rounds, versions))
    chosen = {one.key: one for one in baselines}.get(compare_with)
    if chosen is None and baselines and compare_with != "none":
        chosen = baselines[0]
    return CriterionReview(
        item=item,
        decision=getattr(item, "decision", None),
        baselines=baselines,
        baseline=chosen,
        files=tuple(_files(item, chosen or (baselines[0] if baselines else None))),
        past=tuple(_past(rounds, versions)),
    )


def _require_unaltered(item: SubmissionItem, rounds: list[SubmissionItem]) -> None:
    """Raise Altered if what the answer is compared with is not what was signed or approved, or if
    some of it is gone.
    """
    unaltered(
        Facts(SubmissionItem, "response_id", [item.response_id]),
        Facts(CriterionDecision, "item_id", [one.pk for one in rounds]),
        Facts(ResponseVersion, "response_id", [item.response_id]),
    )


def _as_signed() -> Func:
    """The criterion of an item in the content that was signed, read inside the database."""
    path = RawSQL("'$.categories[*].criteria[*] ? (@.criterion == $id)'::jsonpath", [])
    which = JSONObject(id=F("criterion_id"))
    content = F("submission__content")
    function = "jsonb_path_query_first"
    return Func(content, path, which, function=function, output_field=JSONField())


def _item(submission_id: Any, code: Any) -> QuerySet[SubmissionItem]:
    items = SubmissionItem.objects.filter(submission=submission_id, criterion__code=code)
    items = items.select_related("decision", "criterion__category")
    return items.annotate(as_signed=_as_signed())


_ITEM = Compiled(_item, submission_id=uuid.UUID, code=str)


def _earlier_rounds(model_id: Any, criterion_id: Any, before: Any) -> QuerySet[SubmissionItem]:
    """The criterion in earlier submissions of the model, newest first."""
    rows = SubmissionItem.objects.filter(
        security_model=model_id,
        criterion=criterion_id,
        submission__submitted_at__lt=before,
    )
    rows = rows.select_related("submission", "decision").defer("submission__content")
    return rows.order_by("-submission__submitted_at")[:20]


_EARLIER_ROUNDS = Compiled(
    _earlier_rounds, model_id=uuid.UUID, criterion_id=str, before=dt.datetime
)


def _versions(response_id: Any, before: Any) -> QuerySet[ResponseVersion]:
    """The approved versions of a response, newest first."""
    rows = ResponseVersion.objects.filter(response=response_id, approved_at__lt=before)
    return rows.order_by("-number")


_VERSIONS = Compiled(_versions, response_id=uuid.UUID, before=dt.datetime)


def _baselines(
    submission: Submission, rounds: list[SubmissionItem], versions: list[ResponseVersion]
) -> Iterable[Baseline]:
    """What it can be compared with: the last reviewed round of this chain, then approved
    versions.
    """
    answered = [row for row in rounds if row.submission.status == SubmissionStatus.ANSWERED]
    if submission.round > 1 and answered:
        label = _("Round %(round)s") % {"round": answered[0].submission.round}
        yield _baseline("round", label, answered[0])
    for version in versions:
        label = _("Version %(number)s, approved") % {"number": version.number}
        yield _baseline(f"v{version.number}", label, version)


def _baseline(key: str, label: str, row: SubmissionItem | ResponseVersion) -> Baseline:
    return Baseline(key, label, answer_text(row), row.not_applicable, row.evidence)


def _files(item: SubmissionItem, before: Baseline | None) -> Iterable[File]:
    """The files of the answer, new ones marked, then removed ones; one query."""
    now = {one["sha256"] for one in item.evidence}
    had = {one["sha256"] for one in before.evidence} if before is not None else now
    gone = [one for one in before.evidence if one["sha256"] not in now] if before else []
    changes = [(one, "" if one["sha256"] in had else "added") for one in item.evidence]
    changes += [(one, "removed") for one in gone]
    versions = DocumentVersion.objects.filter(
        pk__in=[one["version"] for one, _change in changes],
        security_model=item.security_model_id,
    ).select_related("file")
    differs = RawSQL(_ALTERED_DOCUMENT, [], BooleanField())  # noqa: S611 (our own SQL)
    versions = versions.annotate(altered=differs)
    known = {str(version.pk): version for version in versions} if changes else {}
    _require_documents({one["version"]: known.get(one["version"]) for one, _change in changes})
    for one, change in changes:
        version = known.get(one["version"])
        yield File(
            version_id=one["version"],
            title=one["title"],
            name=one["name"],
            size=one["size"],
            sha256=one["sha256"],
            change=change,
            state=version.file.state if version else "",
            uploaded_by=version.created_by_name if version else "",
            uploaded_at=version.created_at if version else None,
        )


_ALTERED_DOCUMENT = altered(DocumentVersion, DocumentVersion._meta.db_table)


def _require_documents(listed_as_signed: dict[str, Any]) -> None:
    """Raise Altered if a document that was signed as evidence is gone or is another one."""
    ways = {key: _differs(version) for key, version in listed_as_signed.items()}
    table = DocumentVersion._meta.db_table
    if found := [Found(table, key, what) for key, what in ways.items() if what]:
        raise Altered(found)


def _differs(version: Any) -> What | None:
    if version is None:
        return What.MISSING
    return What.ALTERED if version.altered else None


def _past(rounds: list[SubmissionItem], versions: list[ResponseVersion]) -> list[Past]:
    """Earlier decisions and approvals, newest first."""
    past = [
        Past(
            at=row.decision.decided_at,
            round=row.submission.round,
            verdict=row.decision.verdict,
            comment=row.decision.comment,
            by=row.decision.decided_by_name,
        )
        for row in rounds
        if hasattr(row, "decision") and not row.decision.is_draft
    ]
    past += [
        Past(version.approved_at, 0, Verdict.ACCEPTED, "", "", version.number)
        for version in versions
    ]
    return sorted(past, key=lambda one: one.at, reverse=True)


def return_reasons() -> tuple[ReturnReason, ...]:
    """The saved reasons for returning an answer, in the order of the program's list."""
    return tuple(_RETURN_REASONS.rows())


_RETURN_REASONS = Compiled(lambda: ReturnReason.objects.order_by("title"))
