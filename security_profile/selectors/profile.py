"""Reads a security profile in three queries, however many criteria it has."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.expressions import RawSQL

from audit.models import What
from audit.selectors import (
    Altered,
    Found,
    altered,
)
from core.compiled import Compiled
from core.errors import NotVisible
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.policies import is_lapsed
from security_models.states import ENDED_STATUSES, all_ended
from security_profile.facts.criterion_answers import EMPTY, Answer, Counted, Evidence, Judged, count
from security_profile.models import (
    EvidenceLink,
    ResponseVersion,
    Submission,
    SubmissionItem,
)
from security_profile.selectors.catalogue import Applicable, CategoryEntry, catalogue
from security_profile.selectors.saved_responses import saved_responses
from security_profile.selectors.submissions import (
    dates_altered,
    decision_altered,
    require_unaltered,
)
from security_profile.states import (
    SETTLED_STATES,
    CriterionState,
    HasSubmissionStatus,
    SubmissionStatus,
    Verdict,
)

#: A submission that was withdrawn, or whose application ended, says nothing about an answer.
SILENT = [SubmissionStatus.WITHDRAWN, SubmissionStatus.CLOSED]


@dataclass(frozen=True)
class Latest(HasSubmissionStatus):
    """What a profile page needs of the latest submission that was not withdrawn."""

    id: uuid.UUID
    reference: str
    round: int
    status: str
    submitted_at: dt.datetime
    submitted_by_name: str
    reviewed_at: dt.datetime | None
    answer_due_on: dt.date | None


@dataclass(frozen=True)
class CategoryAnswers:
    """The answers of one category."""

    category: CategoryEntry
    answers: tuple[Answer, ...]

    @property
    def name(self) -> str:
        """The name of the category."""
        return self.category.name

    @cached_property
    def counted(self) -> Counted:
        """The progress of the category."""
        return count(self.answers)


@dataclass(frozen=True)
class Profile:
    """Every criterion of a security model with its response."""

    model: SecurityModel
    answers: tuple[Answer, ...]
    latest: Latest | None

    @cached_property
    def by_code(self) -> Mapping[str, Answer]:
        """Answers by the number of their criterion."""
        return {one.code: one for one in self.answers}

    @cached_property
    def counted(self) -> Counted:
        """The progress of the whole profile."""
        return count(self.answers)

    @cached_property
    def returned_count(self) -> int:
        """How many criteria the last review returned, even if answered since."""
        return sum(one.was_returned for one in self.answers)

    @cached_property
    def changed(self) -> list[Answer]:
        """What differs from the last approval and was not submitted since (P9)."""
        if self.latest is None or not self.latest.is_approved:
            return []
        return [
            one
            for one in self.answers
            if one.hash != (one.judged.hash if one.judged is not None else EMPTY)
        ]

    @cached_property
    def categories(self) -> tuple[CategoryAnswers, ...]:
        """The answers by category, in the order of the set; empty categories are left out."""
        grouped: dict[str, list[Answer]] = {}
        for one in self.answers:
            grouped.setdefault(one.criterion.entry.category.id, []).append(one)
        return tuple(
            CategoryAnswers(every[0].criterion.entry.category, tuple(every))
            for every in grouped.values()
        )

    def category(self, number: str) -> CategoryAnswers:
        """A category by its number. Raises NotVisible if none of its criteria applies here."""
        for one in self.categories:
            if str(one.category.number) == number:
                return one
        raise NotVisible("category")

    def answer(self, code: str) -> Answer:
        """The answer to one criterion. Raises NotVisible for a number that does not apply here."""
        if code not in self.by_code:
            raise NotVisible("criterion")
        return self.by_code[code]

    @property
    def next_to_do(self) -> Answer | None:
        """Where to continue: with returned criteria first, then with incomplete ones."""
        left = [one for one in self.answers if one.status not in SETTLED_STATES]
        returned = (one for one in left if one.status == CriterionState.RETURNED)
        return next(returned, left[0] if left else None)

    def next_returned(self, code: str) -> Answer | None:
        """The next criterion that is still returned, continuing from the start after the end; or
        None.
        """
        place = self.answers.index(self.by_code[code])
        others = (*self.answers[place + 1 :], *self.answers[:place])
        return next((one for one in others if one.status == CriterionState.RETURNED), None)

    def onward(self, code: str) -> Answer | None:
        """The criterion that Save/Next opens; None is the Summary.

        While a return waits for its answer, only returned criteria are visited.
        """
        if self.latest is not None and self.latest.is_returned:
            return self.next_returned(code)
        return self.around(code)[1]

    def around(self, code: str) -> tuple[Answer | None, Answer | None]:
        """The previous and next criteria, in the order of the set."""
        place = self.answers.index(self.by_code[code])
        before = self.answers[place - 1] if place else None
        after = self.answers[place + 1] if place + 1 < len(self.answers) else None
        return before, after


def criteria_of(model: SecurityModel, *, fresh: bool = False) -> tuple[Applicable, ...]:
    """The criteria that apply to the business types of a model, with their level there (P1)."""
    return catalogue(fresh=fresh).for_types(live_types(_types_of(model, fresh)))


def live_types(types: Iterable[tuple[str, str]]) -> list[str]:
    """The slugs among (slug, status) that count: a business type that has ended asks for nothing.

    If all have ended, all count, so that the profile stays readable.
    """
    every = list(types)
    live = [slug for slug, status in every if status not in ENDED_STATUSES]
    return live or [slug for slug, _status in every]


def closed_because(model: SecurityModel) -> str:
    """Why nothing can be changed: ``lapsed``, ``ended`` if every type has ended, or empty."""
    if is_lapsed(model):
        return "lapsed"
    statuses = [status for _slug, status in _types_of(model, fresh=False)]
    return "ended" if all_ended(statuses) else ""


def _types_of(model: SecurityModel, fresh: bool) -> list[tuple[str, str]]:
    """(slug, status) of the model's types; entering a model on the web has read them already."""
    read = getattr(model, "identity_types", None)
    if read is not None and not fresh:
        return [(one["slug"], one["status"]) for one in read]
    types = BusinessTypeAccount.objects.filter(security_model=model)
    return list(types.values_list("business_type_id", "status"))


def criterion_of(model: SecurityModel, code: str) -> Applicable:
    """One criterion of a model. Raises NotVisible for a number that does not apply to it."""
    for one in criteria_of(model):
        if one.code == code:
            return one
    raise NotVisible("criterion")


def overview(model: SecurityModel, *, fresh: bool = False) -> Profile:
    """The current profile of a model."""
    criteria = criteria_of(model, fresh=fresh)
    responses = {row["criterion_id"]: row for row in saved_responses(model.pk)}
    judged, latest = _judged(model)
    answers = tuple(
        _answer(criterion, responses.get(criterion.id), judged.get(criterion.id))
        for criterion in criteria
    )
    return Profile(model, answers, latest)


def _answer(criterion: Applicable, row: dict[str, Any] | None, judged: Judged | None) -> Answer:
    if row is None:
        return Answer(criterion, judged=judged)
    first, last = row["updated_by__first_name"], row["updated_by__last_name"]
    return Answer(
        criterion=criterion,
        version=row["version"],
        response_id=row["id"],
        text=row["text"],
        not_applicable=row["not_applicable"],
        reason=row["reason"],
        is_ready=row["is_ready"],
        saved_at=row["updated_at"],
        saved_by=f"{first or ''} {last or ''}".strip(),
        evidence=tuple(Evidence(**one) for one in row["files"]),
        judged=judged,
    )


def _judged(model: SecurityModel) -> tuple[dict[str, Judged], Latest | None]:
    """The result of each criterion in the latest submission, and that submission."""
    items = _ITEMS.rows(model_id=model.pk)
    judged = {}
    for item in items:
        is_shown = item["decision__is_draft"] is False
        judged[item["criterion_id"]] = Judged(
            submission_id=item["submission_id"],
            status=item["submission__status"],
            hash=item["item_hash"],
            changed=item["changed"],
            verdict=item["decision__verdict"] if is_shown else "",
            comment=item["decision__comment"] if is_shown else "",
            decided_by_name=item["decision__decided_by_name"] if is_shown else "",
            decided_at=item["decision__decided_at"] if is_shown else None,
            touched=item["touched"],
        )
    if any(item["altered"] or item["dates_altered"] for item in items):
        require_unaltered(items[0]["submission_id"])
    return judged, _latest(items[0]) if items else None


def touched_since_review() -> Q:
    """Submission items that were returned, and whose answer or files were saved after the
    review.
    """
    reviewed_at = OuterRef("submission__reviewed_at")
    links = EvidenceLink.objects.filter(response=OuterRef("response"))
    links = links.filter(Q(added_at__gt=reviewed_at) | Q(removed_at__gt=reviewed_at))
    saved = Q(response__isnull=False, response__updated_at__gt=F("submission__reviewed_at"))
    returned = Q(decision__isnull=False, decision__verdict=Verdict.RETURNED)
    return returned & (saved | Q(Exists(links)))


def _latest(item: dict[str, Any]) -> Latest:
    return Latest(item["submission_id"], *(item[f"submission__{name}"] for name in _OF_LATEST))


#: Columns of a submission in the order of :class:`Latest`.
_OF_LATEST = (
    "reference",
    "round",
    "status",
    "submitted_at",
    "submitted_by_name",
    "reviewed_at",
    "answer_due_on",
)


def _items(model_id: uuid.UUID) -> QuerySet[Any, dict[str, Any]]:
    """The items of the latest submission with their decisions."""
    newest = Submission.objects.filter(security_model=model_id).exclude(status__in=SILENT)
    newest = newest.order_by("-submitted_at")
    items = SubmissionItem.objects.filter(submission=Subquery(newest.values("pk")[:1]))
    dates = newest.annotate(differs=dates_altered()).values("differs")[:1]
    rows = items.annotate(
        touched=touched_since_review(), altered=decision_altered(), dates_altered=Subquery(dates)
    )
    return rows.values(
        "criterion_id",
        "submission_id",
        "item_hash",
        "changed",
        "touched",
        "altered",
        "dates_altered",
        "decision__verdict",
        "decision__comment",
        "decision__is_draft",
        "decision__decided_by_name",
        "decision__decided_at",
        *(f"submission__{name}" for name in _OF_LATEST),
    )


_ITEMS = Compiled(_items, model_id=uuid.UUID)


_ALTERED_VERSION = altered(ResponseVersion, ResponseVersion._meta.db_table)


def approved_version(answer: Answer) -> ResponseVersion | None:
    """The newest approved version of a response (P7); no query if nothing was ever reviewed.

    Raises Altered if it is not what was approved.
    """
    if answer.judged is None or answer.response_id is None:
        return None
    versions = ResponseVersion.objects.filter(response_id=answer.response_id)
    differs = RawSQL(_ALTERED_VERSION, [], BooleanField())  # noqa: S611 (our own SQL)
    version = versions.annotate(altered=differs).order_by("-number").first()
    if version is not None and version.altered:
        raise Altered([Found(ResponseVersion._meta.db_table, str(version.pk), What.ALTERED)])
    return version
