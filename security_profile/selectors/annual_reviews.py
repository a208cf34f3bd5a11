"""Reads annual reviews: the one that counts today, and those of earlier years (P10, P13)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.dateparse import parse_datetime

from audit.selectors import Compared, Facts, once_altered, unaltered
from core import clock
from core.compiled import Compiled, any_of
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.selectors import dated_types
from security_models.selectors.company_profile import sections_of
from security_models.states import CERTIFIED_STATUSES
from security_profile.facts.annual_reviews import (
    ELIGIBILITY,
    SECTION,
    Assessment,
    Confirmed,
    Cycle,
    Recheck,
    Remark,
    Review,
    anchor_of,
    cycle_due_on,
    cycle_on,
    section_digest,
    section_key,
    state_of_review,
)
from security_profile.facts.criterion_answers import item_hash
from security_profile.models import (
    AnnualReview,
    CriterionDecision,
    EvidenceLink,
    Response,
    ReviewConfirmation,
    Submission,
)
from security_profile.states import RETURNED_SUBMISSION, ReviewSection, ReviewState, Verdict

_SUBMISSION = ("submission__status", "submission__reference")
_ANSWER = "answer"
_DOCUMENT = (
    "assessment_document__title",
    "assessment_document__file__sha256",
    "assessment_document__file__state",
)
#: What :func:`_stated` reads.
_STATED = (
    "id", "submission_id", "submitted_on", "assessed_on", "assessed_by_name", "assessed_at",
    "rechecks", "remarks", _ANSWER, *_SUBMISSION, *_DOCUMENT,
)  # fmt: skip


def review_of(model: SecurityModel) -> Review | None:
    """The annual review that counts today; None while no business type is certified.

    Raises Altered if a certification date is not what was written. One query for a model that was
    entered on the web, and none before its first window opens.
    """
    anchor = _anchor(model)
    return None if anchor is None else _read(model.pk, cycle_on(anchor, clock.today()))


def review_due_on(model: SecurityModel, due_on: dt.date) -> Review | None:
    """The review of a year, by its due day; None if the model has none on that day."""
    anchor = _anchor(model)
    cycle = cycle_due_on(anchor, due_on) if anchor is not None else None
    return None if cycle is None else _read(model.pk, cycle)


def _anchor(model: SecurityModel) -> dt.date | None:
    """The day on whose anniversaries the reviews are due. Entering a model on the web has read and
    compared it already.
    """
    read = getattr(model, "identity_types", None)
    if read is not None:
        return anchor_of((one["status"], _date(one["certified_on"])) for one in read)
    return anchor_of((one.status, one.certified_on) for one in dated_types(model.pk))


def _date(written: str | None) -> dt.date | None:
    return dt.date.fromisoformat(written) if written else None


def _read(model_id: uuid.UUID, cycle: Cycle) -> Review:
    """The review of a cycle; nothing is recorded of one whose window has not opened."""
    today = clock.today()
    row = _ONE.first(model_id=model_id, due_on=cycle.due_on) if cycle.opens_on <= today else None
    if row and row["remarks"]:
        unaltered(Facts(CriterionDecision, "submission_id", [row["submission_id"]]))
    return Review(cycle, today, **_done(row)) if row else Review(cycle, today)


def _one(model_id: Any, due_on: Any) -> QuerySet[Any, dict[str, Any]]:
    ticks = ReviewConfirmation.objects.filter(review=OuterRef("pk"))
    rows = AnnualReview.objects.filter(security_model=model_id, due_on=due_on)
    rows = rows.annotate(
        ticks=ArraySubquery(ticks.values(row=_tick())), remarks=_remarks(), answer=_answer_due()
    )
    return rows.values("assessment", "ticks", *_STATED)


_ONE = Compiled(_one, model_id=uuid.UUID, due_on=dt.date)


def _tick() -> JSONObject:
    return JSONObject(
        subject="subject",
        digest="digest",
        together="together",
        by="confirmed_by_name",
        at=Cast("confirmed_at", TextField()),
    )


def _remarks() -> ArraySubquery:
    """What the last review returned besides criteria; drafts are never shown (P6). The questions of
    a business type that is not certified now are not asked: their return is read to be compared.
    """
    asked = Q(~Q(part__startswith=ELIGIBILITY) | Exists(_type_of_part()))
    rows = _returned_parts(OuterRef("submission")).annotate(asked=asked)
    return ArraySubquery(rows.values(row=_remark(asked="asked")))


def _type_of_part() -> QuerySet[BusinessTypeAccount]:
    """The business type of a part with eligibility answers, if it is certified."""
    types = BusinessTypeAccount.objects.filter(
        security_model=OuterRef("security_model"), status__in=sorted(CERTIFIED_STATUSES)
    )
    part = Concat(Value(ELIGIBILITY), "business_type_id", output_field=TextField())
    return types.alias(part=part).filter(part=OuterRef("part"))


def _returned_parts(submission: Any) -> QuerySet[CriterionDecision]:
    return CriterionDecision.objects.filter(
        submission=submission,
        submission__status__in=sorted(RETURNED_SUBMISSION),
        verdict=Verdict.RETURNED,
        is_draft=False,
    ).exclude(part="")


def _remark(**more: str) -> JSONObject:
    at = Cast("decided_at", TextField())
    return JSONObject(part="part", comment="comment", by="decided_by_name", at=at, **more)


def remarks_on(submission_id: uuid.UUID) -> dict[str, Remark]:
    """The comments on the parts that were returned with a submission. Raises Altered if a decision
    is not what was written.
    """
    found = [one["row"] for one in _returned_parts(submission_id).values(row=_remark())]
    if found:
        unaltered(Facts(CriterionDecision, "submission_id", [submission_id]))
    return _remarked({"remarks": found})


def _remarked(row: Mapping[str, Any]) -> dict[str, Remark]:
    return {
        one["part"]: Remark(one["comment"], one["by"], _moment(one["at"]))
        for one in row["remarks"]
        if one.get("asked", True)
    }


def _done(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "confirmed": {one["subject"]: _confirmed(one) for one in row["ticks"]},
        **_stated(row),
    }


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "assessment": _assessment(row),
        "rechecks": {
            slug: Recheck(
                tuple((code, answer) for code, answer in one["answers"]), one["by"], one["at"]
            )
            for slug, one in row["rechecks"].items()
        },
        "remarks": _remarked(row),
        "submission_id": row["submission_id"],
        "submission_status": row["submission__status"] or "",
        "submission_reference": row["submission__reference"] or "",
        "submitted_on": row["submitted_on"],
        "answer_due_on": _answer_day(row[_ANSWER]),
    }


def _answer_due() -> ArraySubquery:
    """By when a return of the newest round is answered, compared with what was set (P8)."""
    rounds = Submission.objects.filter(pk=OuterRef("submission"))
    is_other = once_altered(Submission, "answer_due_on")
    return ArraySubquery(
        rounds.values(row=Compared((Submission, "pk", is_other), day="answer_due_on"))
    )


def _answer_day(rounds: list[dict[str, Any]]) -> dt.date | None:
    return _date(rounds[0]["day"]) if rounds else None


def _assessment(row: Mapping[str, Any]) -> Assessment | None:
    if row["assessed_on"] is None:
        return None
    return Assessment(
        on=row["assessed_on"],
        statement=row.get("assessment", ""),
        title=row["assessment_document__title"] or "",
        sha256=row["assessment_document__file__sha256"] or "",
        state=row["assessment_document__file__state"] or "",
        by=row["assessed_by_name"],
        at=row["assessed_at"],
    )


def _confirmed(tick: Mapping[str, Any]) -> Confirmed:
    return Confirmed(tick["digest"], tick["together"], tick["by"], _moment(tick["at"]))


def _moment(written: str) -> dt.datetime:
    at = parse_datetime(written)
    assert at is not None  # noqa: S101  (the database writes it)
    return at


# --- many models, many years ----------------------------------------------------------------------


def reviews_of(anchors: Mapping[uuid.UUID, dt.date]) -> dict[uuid.UUID, Review]:
    """The reviews that count today, of models with their first certification date; one query, and
    five more if sections of a company profile are confirmed. None before their first window opens.

    What is confirmed while the company works on one, it has as ``ticked``. The statement about the
    risk assessment is not read.
    """
    today = clock.today()
    cycles = {model_id: cycle_on(anchor, today) for model_id, anchor in anchors.items()}
    opened = [model_id for model_id, one in cycles.items() if one.opens_on <= today]
    rows = _MANY.rows(models=opened) if opened else []
    found = {
        row["security_model_id"]: row
        for row in rows
        if row["due_on"] == cycles[row["security_model_id"]].due_on
    }
    reviews = {
        model_id: _brief(cycle, today, found.get(model_id)) for model_id, cycle in cycles.items()
    }
    worked_on = {model_id: row for model_id, row in found.items() if reviews[model_id].is_in_work}
    companies = sections_of([model_id for model_id, row in worked_on.items() if row["sections"]])
    for model_id, row in worked_on.items():
        ticked = _ticked(reviews[model_id], row, companies.get(model_id, {}))
        reviews[model_id] = replace(reviews[model_id], ticked=ticked)
    return reviews


def _brief(cycle: Cycle, today: dt.date, row: Mapping[str, Any] | None) -> Review:
    if row is None:
        return Review(cycle, today)
    sections = {one["subject"]: _confirmed(one) for one in row["sections"]}
    return Review(cycle, today, id=row["id"], confirmed=sections, **_stated(row))


def _ticked(review: Review, row: Mapping[str, Any], company: Mapping[str, Any]) -> frozenset[str]:
    """What is confirmed as it is now. An answer that was saved afterwards is compared: saving it
    without a change takes nothing back.
    """
    keys = {section_key(one): one for one in ReviewSection}
    sections = {
        subject
        for subject in review.confirmed
        if review.tick(subject, section_digest(keys[subject], company)) is not None
    }
    same = {one["subject"] for one in row["saved"] if one["digest"] == _digest_of(one)}
    return frozenset({*row["unsaved"], *same, *sections})


def _digest_of(saved: Mapping[str, Any]) -> str:
    answer = (saved["text"], saved["not_applicable"], saved["reason"])
    return item_hash(*answer, saved["files"])


def _many(models: Any) -> QuerySet[Any, dict[str, Any]]:
    ticks = ReviewConfirmation.objects.filter(review=OuterRef("pk"))
    is_section = Q(subject__startswith=SECTION)
    saved = JSONObject(subject="subject", digest="digest", **_answer())
    rows = AnnualReview.objects.filter(any_of("security_model", models)).annotate(
        remarks=_remarks(),
        answer=_answer_due(),
        sections=ArraySubquery(ticks.filter(is_section).values(row=_tick())),
        unsaved=ArraySubquery(ticks.filter(~is_section, ~Exists(_saved_since())).values("subject")),
        saved=ArraySubquery(ticks.filter(Exists(_saved_since())).values(row=saved)),
    )
    return rows.values("security_model_id", "due_on", "sections", "unsaved", "saved", *_STATED)


def _answer() -> dict[str, Any]:
    """The answer to the criterion of a confirmation, as ``item_hash`` takes it."""
    own = {"security_model": OuterRef("security_model"), "criterion": OuterRef("subject")}
    response = Response.objects.filter(**own)
    links = EvidenceLink.objects.filter(
        removed_at=None, **{f"response__{name}": one for name, one in own.items()}
    )
    file = JSONObject(title="document_version__title", sha256="document_version__file__sha256")
    columns = ("text", "not_applicable", "reason")
    return {
        **{name: Subquery(response.values(name)) for name in columns},
        "files": ArraySubquery(links.values(file=file)),
    }


#: How long before its commit a row can have been written; whoever confirms meanwhile reads another.
AT_WORK = dt.timedelta(minutes=1)


def _saved_since() -> QuerySet[Response]:
    """The response to the criterion of a confirmation, if it or its files may be others since."""
    at = OuterRef("confirmed_at") - AT_WORK
    links = EvidenceLink.objects.filter(response=OuterRef("pk"))
    at_link = OuterRef(OuterRef("confirmed_at")) - AT_WORK
    moved = links.filter(Q(added_at__gt=at_link) | Q(removed_at__gt=at_link))
    own = Response.objects.filter(
        security_model=OuterRef("security_model"), criterion=OuterRef("subject")
    )
    return own.filter(Q(updated_at__gt=at) | Exists(moved))


_MANY = Compiled(_many, models=list)


def reviews_in(models: Iterable[uuid.UUID]) -> list[tuple[SecurityModel, Review]]:
    """The reviews that count today, of these models, each with its model; two queries.

    A model with a certification date that is not what was written is left out.
    """
    types = BusinessTypeAccount.objects.filter(
        any_of("security_model", [*models]), certified_on__isnull=False
    )
    types = types.select_related("security_model__trade_account")
    found: dict[SecurityModel, list[Any]] = {}
    altered = once_altered(BusinessTypeAccount, "account_number", "certified_on")
    for one in types.annotate(altered=altered):
        found.setdefault(one.security_model, []).append(one)
    anchors = {
        model.pk: anchor
        for model, own in found.items()
        if not any(one.altered for one in own)
        and (anchor := anchor_of((one.status, one.certified_on) for one in own)) is not None
    }
    reviews = reviews_of(anchors)
    return [(model, reviews[model.pk]) for model in found if model.pk in reviews]


# --- the years of one account ---------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """The review of one year; ``row`` is None if nothing was done for it. ``answer_due_on`` is the
    day for the answer if it was returned.
    """

    cycle: Cycle
    state: ReviewState
    row: AnnualReview | None
    answer_due_on: dt.date | None = None


def years_of(model: SecurityModel, cycles: Iterable[Cycle]) -> list[Year]:
    """What is recorded of these cycles of a model, and their states today; one query."""
    rows = AnnualReview.objects.filter(security_model=model).select_related("submission")
    rows = rows.defer("submission__content", "assessment").annotate(answer=_answer_due())
    by_day = {row.due_on: row for row in rows}
    return [_year(cycle, by_day.get(cycle.due_on)) for cycle in cycles]


def _year(cycle: Cycle, row: Any) -> Year:
    if row is None:
        return Year(cycle, state_of_review(cycle, clock.today()), None)
    status = row.submission.status if row.submission is not None else ""
    state = state_of_review(cycle, clock.today(), status)
    return Year(cycle, state, row, _answer_day(row.answer))


def review_of_submission(submissions: Iterable[uuid.UUID]) -> AnnualReview | None:
    """The review for which a chain of rounds was submitted, given the ids of its rounds."""
    rows = AnnualReview.objects.filter(submission__in=list(submissions))
    return rows.order_by("-due_on").first()
