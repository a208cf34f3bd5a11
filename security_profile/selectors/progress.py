"""Reads the progress of many profiles in two or three queries, for tasks and lists."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from core import clock
from core.compiled import Compiled, any_of
from files.states import ScanState
from security_profile.facts.criterion_answers import EMPTY, item_hash
from security_profile.models import EvidenceLink, Response, Submission, SubmissionItem
from security_profile.selectors.catalogue import Mix, catalogue
from security_profile.selectors.profile import (
    SILENT,
    touched_since_review,
)
from security_profile.selectors.submissions import (
    dates_altered,
    decision_altered,
    require_dates,
    require_unaltered,
)
from security_profile.states import (
    HasSubmissionStatus,
    Verdict,
)


@dataclass
class Standing(HasSubmissionStatus):
    """One profile in figures, as :func:`security_profile.facts.criterion_answers.count` gives them.

    ``changed``: criteria that differ from the last approval and were not submitted since.
    """

    total: int = 0
    done: int = 0
    started: int = 0
    without_evidence: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    status: str = ""
    submission_id: uuid.UUID | None = None
    kind: str = ""
    reference: str = ""
    answer_due_on: dt.date | None = None
    reviewed_on: dt.date | None = None
    since: dt.date | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every criterion is complete (P2)."""
        return bool(self.total) and self.done == self.total


def latest_submissions(models: Sequence[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """The standing of each model as far as its latest submission tells, without what was answered:
    for lists of many accounts, because the answers of 500 accounts are 60,000 rows.
    """
    found = {model_id: Standing() for model_id in models}
    _add_submissions(list(models), found)
    return found


def standings(models: Sequence[tuple[uuid.UUID, Iterable[str]]]) -> dict[uuid.UUID, Standing]:
    """The standing of each (model id, slugs of its business types)."""
    ids = [model_id for model_id, _types in models]
    found = latest_submissions(ids)
    approved = _approved(found)
    rows = _SAVED_SINCE.rows(models=ids, approved=approved) if approved else _SAVED.rows(models=ids)
    saved = {row["security_model_id"]: row for row in rows}
    known = catalogue()
    for model_id, types in models:
        standing, row = found[model_id], saved.get(model_id)
        mix = known.mix_of(types)
        standing.total = len(mix.criteria)
        if row is not None:
            _count(standing, mix, row)
    return found


def _count(standing: Standing, mix: Mix, row: Mapping[str, Any]) -> None:
    """The figures of one profile, without the criteria that are still returned."""
    changed = {one["criterion"] for one in row.get("touched", ()) if _is_changed(one)}
    standing.changed = mix.codes(changed)
    standing.started = len(mix.ids.intersection(row["started"]))
    settled = mix.ids.intersection(row["settled"])
    if standing.returned:
        settled -= {one.id for one in mix.criteria if one.code in standing.returned}
    unproved = (settled & mix.evidence_required).difference(row["proved"])
    standing.without_evidence = mix.codes(unproved)
    standing.done = len(settled) - len(unproved)


def _responses(models: list[uuid.UUID], approved: list[uuid.UUID] | None = None) -> Any:
    """The criteria of each model that have a response, that have an answer, and whose answer has
    the evidence that may be required: a Clean file, or a reason why it does not apply (P2).

    With ``approved`` submissions, also the responses that were saved since.
    """
    # Repeated here, so that links of other models are never read.
    clean = EvidenceLink.objects.filter(any_of("security_model", models), response=OuterRef("pk"))
    clean = clean.filter(removed_at=None, document_version__file__state=ScanState.CLEAN)
    rows = Response.objects.filter(any_of("security_model", models))
    rows = rows.annotate(has_file=Exists(clean))
    settled, waived = Q(is_answered=True), Q(not_applicable=True) | Q(has_file=True)
    more: dict[str, Any] = {}
    if approved:
        rows, more = _with_touched(rows, approved)
    return rows.values("security_model_id").annotate(
        started=ArrayAgg("criterion_id"),
        settled=ArrayAgg("criterion_id", filter=settled, default=Value([])),
        proved=ArrayAgg("criterion_id", filter=settled & waived, default=Value([])),
        **more,
    )


_SAVED = Compiled(_responses, models=list)
_SAVED_SINCE = Compiled(_responses, models=list, approved=list)


def _with_touched(rows: Any, approved: list[uuid.UUID]) -> tuple[Any, dict[str, Any]]:
    """What was saved after the last approved submission, next to what that one contained.

    Only this is compared, because most accounts change nothing for a long time.
    """
    submission = Submission.objects.filter(
        any_of("pk", approved), security_model=OuterRef("security_model")
    )
    item = SubmissionItem.objects.filter(
        any_of("submission", approved),
        security_model=OuterRef("security_model"),
        criterion=OuterRef("criterion"),
    )
    links = EvidenceLink.objects.filter(response=OuterRef("pk"))
    sent_at = OuterRef("sent_at")
    moved = links.filter(Q(added_at__gt=sent_at) | Q(removed_at__gt=sent_at))
    file = JSONObject(title="document_version__title", sha256="document_version__file__sha256")
    rows = rows.annotate(sent_at=Subquery(submission.values("submitted_at")))
    rows = rows.annotate(
        has_moved=Exists(moved),
        files=ArraySubquery(links.filter(removed_at=None).values(file=file)),
        approved=Subquery(item.values("item_hash")),
    )
    response = JSONObject(
        criterion="criterion_id",
        text="text",
        not_applicable="not_applicable",
        reason="reason",
        files="files",
        approved="approved",
    )
    since = Q(updated_at__gt=F("sent_at")) | Q(has_moved=True)
    return rows, {"touched": ArrayAgg(response, filter=since, default=Value([]))}


def _is_changed(one: dict[str, Any]) -> bool:
    """Whether a response differs from the last approval."""
    digest = item_hash(one["text"], one["not_applicable"], one["reason"], one["files"])
    return bool(digest != (one["approved"] or EMPTY))


def _approved(found: dict[uuid.UUID, Standing]) -> list[uuid.UUID]:
    """The latest submissions of the models, if they were approved."""
    every = found.values()
    return [one.submission_id for one in every if one.is_approved and one.submission_id is not None]


def _newest(models: list[uuid.UUID]) -> QuerySet[Submission]:
    newest = Submission.objects.filter(any_of("security_model", models))
    newest = newest.exclude(status__in=SILENT).defer("content")
    newest = newest.annotate(altered=dates_altered())
    return newest.order_by("security_model_id", "-submitted_at").distinct("security_model_id")


_NEWEST = Compiled(_newest, models=list)


def _add_submissions(ids: list[uuid.UUID], found: dict[uuid.UUID, Standing]) -> None:
    """The latest submission of each model, and which of its criteria are still returned.

    Raises Altered if a date or a decision is not what was set.
    """
    by_id = {}
    rows = _NEWEST.rows(models=ids)
    require_dates(rows)
    for row in rows:
        standing = found[row.security_model_id]
        standing.status, standing.submission_id = row.status, row.pk
        standing.kind = row.kind
        standing.reference, standing.answer_due_on = row.reference, row.answer_due_on
        standing.since = row.submitted_on
        standing.reviewed_on = row.reviewed_at and clock.program_date(row.reviewed_at)
        if standing.is_returned:
            by_id[row.pk] = standing
    if not by_id:
        return
    for submission_id, code in _still_returned(by_id):
        by_id[submission_id].returned.append(code)


def _still_returned(submissions: Iterable[uuid.UUID]) -> Iterator[tuple[uuid.UUID, str]]:
    """(submission, number) of returned criteria that were not answered since."""
    links = EvidenceLink.objects.filter(response=OuterRef("response"), removed_at=None)
    file = JSONObject(title="document_version__title", sha256="document_version__file__sha256")
    items = SubmissionItem.objects.filter(submission__in=submissions).annotate(
        files=ArraySubquery(links.values(file=file)),
        touched=touched_since_review(),
        altered=decision_altered(),
    )
    returned = Q(decision__verdict=Verdict.RETURNED, decision__is_draft=False)
    rows = items.filter(returned | Q(altered=True)).order_by("criterion__position")
    columns = (
        "altered",
        "submission_id",
        "criterion__code",
        "item_hash",
        "touched",
        "files",
        "response__text",
        "response__not_applicable",
        "response__reason",
    )
    for altered, submission_id, code, digest, touched, files, *answer in rows.values_list(*columns):
        if altered:
            require_unaltered(submission_id)
        text, waived, reason = answer
        if not touched or item_hash(text or "", bool(waived), reason or "", files) == digest:
            yield submission_id, code
