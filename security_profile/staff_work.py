"""What waits for staff in this app: open submissions, with one kind of work for each kind (P6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import What
from audit.selectors import Altered, Found, once_altered
from core.compiled import Compiled, any_of
from core.links import path_to
from core.staff_work import Item, ItemWords, NextStep, WaitsFor, WorkKind
from security_models.policies import DECISION
from security_profile.models import AnnualReview, CriterionDecision, Submission, SubmissionItem
from security_profile.states import (
    OPEN_SUBMISSION,
    SubmissionKind,
    SubmissionStatus,
    Verdict,
    has_passed,
)


def kinds() -> Iterator[WorkKind]:
    """A kind of work for each kind of submission."""
    for kind in SubmissionKind:
        yield WorkKind(
            code=kind.value,
            words=kind.label,
            rows=partial(_open, kind),
            describe=_describe,
            url=_url,
            next_step=_next_step,
            clocks=(DECISION,),
        )


def _open(kind: SubmissionKind) -> QuerySet[Any, Any]:
    """Open submissions of a kind; a returned one waits for the partner until its answer is due.

    A date that is not the one that was set is left out: it is neither shown nor counted as late.
    """
    returned = SubmissionStatus.RETURNED
    changed = SubmissionItem.objects.filter(submission=OuterRef("pk"), changed=True)
    forged = once_altered(Submission, "answer_due_on")
    rows = Submission.objects.filter(kind=kind, status__in=sorted(OPEN_SUBMISSION)).order_by()
    return rows.values(
        "id",
        "security_model_id",
        "round",
        subject_id=F("pk"),
        received_on=F("submitted_on"),
        received_at=F("submitted_at"),
        due_stated=Case(When(Q(status=returned) & ~Q(forged), then="answer_due_on")),
        due_from=Case(
            When(status=returned, then=Value(None)),
            default=_decided_from(kind),
            output_field=DateField(),
        ),
        due_clock=Value(DECISION, output_field=TextField()),
        waits_for=Case(
            When(status=returned, then=Value(WaitsFor.PARTNER)),
            default=Value(WaitsFor.PROGRAM),
            output_field=TextField(),
        ),
        size=_count(changed),
        state=F("status"),
    )


def _decided_from(kind: SubmissionKind) -> Any:
    """When the program's time to decide begins: for an application, with its first round."""
    if kind == SubmissionKind.APPLICATION:
        return Coalesce(F("security_model__first_submitted_on"), F("submitted_on"))
    return F("submitted_on")


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("submission").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


# --- words ----------------------------------------------------------------------------------------


def _describe(items: Sequence[Item]) -> Mapping[uuid.UUID, ItemWords]:
    """The size of each submission and the progress of its review; one statement.

    Raises Altered if the date of an answer, which is listed with it, is not the one that was set.
    """
    rows = _DESCRIBED.rows(submissions=[item.id for item in items])
    table = Submission._meta.db_table
    if found := [Found(table, str(row.pk), What.ALTERED) for row in rows if row.altered]:
        raise Altered(found)
    return {row.pk: _words(row) for row in rows}


_DESCRIBED: Compiled[Any] = Compiled(
    lambda submissions: _counted(Submission.objects.filter(any_of("pk", submissions))).only(
        "status"
    ),
    submissions=list,
)


def _counted(rows: QuerySet[Submission]) -> QuerySet[Any]:
    """Submissions with the figures that a list shows, and whether their dates differ.

    ``changed_count`` of ``item_count`` criteria are new or changed; ``returned_before`` were
    returned in the last round, and ``returned_same`` of these came back unchanged;
    ``decided_count`` are decided now. ``is_late`` if it is an annual review whose first round came
    after its due day.
    """
    items = SubmissionItem.objects.filter(submission=OuterRef("pk"))
    decided = CriterionDecision.objects.filter(
        submission=OuterRef("pk"), item__isnull=False, carried_over=False
    ).exclude(verdict=Verdict.TO_REVIEW)
    returned = CriterionDecision.objects.filter(
        submission=OuterRef("previous"), verdict=Verdict.RETURNED
    )
    as_it_was = SubmissionItem.objects.filter(
        submission=OuterRef(OuterRef("pk")), criterion=OuterRef("item__criterion"), changed=False
    )
    return rows.annotate(
        altered=once_altered(Submission, "answer_due_on"),
        item_count=_count(items),
        changed_count=_count(items.filter(changed=True)),
        returned_same=_count(returned.filter(Exists(as_it_was))),
        decided_count=_count(decided),
        returned_before=_count(returned),
        is_late=Exists(_late_reviews()),
    )


def _late_reviews() -> QuerySet[AnnualReview]:
    """The annual review that a submission is made for, if its first round came after its due day.

    If it also answers a return of an earlier year, it is made for the newest.
    """
    rows = AnnualReview.objects.filter(submission=OuterRef("pk"))
    later = AnnualReview.objects.filter(
        submission=OuterRef("submission"), due_on__gt=OuterRef("due_on")
    )
    return rows.filter(~Exists(later), submitted_on__gt=F("due_on"))


def _words(row: Any) -> ItemWords:
    notes = [_("Submitted late")] if row.is_late else []
    if row.returned_before:
        notes.append(_("%(n)s returned before") % {"n": row.returned_before})
    return ItemWords(_size_words(row), _state_words(row), _state_code(row), ", ".join(notes))


def _size_words(row: Any) -> str:
    """How much there is to decide: "All 94 criteria", "9 of 94 criteria" or "Nothing changed"."""
    if not row.changed_count:
        return _("Nothing changed")
    if row.changed_count == row.item_count:
        return _("All %(n)s criteria") % {"n": row.item_count}
    return _("%(n)s of %(all)s criteria") % {"n": row.changed_count, "all": row.item_count}


def _state_code(row: Submission) -> str:
    """The status to show: to staff, a submission that nobody has opened is *To review*."""
    return "to-review" if row.status == SubmissionStatus.SUBMITTED else row.status


def _state_words(row: Any) -> str:
    """The status in words, with the progress of the review."""
    if row.status == SubmissionStatus.SUBMITTED:
        return _("To review")
    if row.status == SubmissionStatus.RETURNED:
        return _("Returned, waiting for the partner")
    counts = {"done": row.decided_count, "all": row.changed_count + row.returned_same}
    return _("In review, %(done)s of %(all)s decided") % counts


# --- the next step --------------------------------------------------------------------------------


def _url(item: Item) -> str:
    return path_to("reviews:review", model_id=item.security_model_id, submission_id=item.id)


def _next_step(item: Item) -> NextStep:
    if item.state == SubmissionStatus.RETURNED:
        day = date_format(item.due_stated, "M j, Y") if item.due_stated else ""
        text = _("The partner must answer what was returned by %(day)s.")
        if has_passed(item.due_stated):
            text = _("The partner has not answered what was returned. It was due on %(day)s.")
        text %= {"day": day}
        return NextStep(_("The partner answers"), text)
    if item.state == SubmissionStatus.SUBMITTED:
        text = _("The review has not started. The Officer can still withdraw the submission.")
        return NextStep(_("Review the submission"), text, _("Open the review"))
    return NextStep(_("Continue the review"), _("The review is in progress."), _("Continue"))
