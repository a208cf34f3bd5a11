"""What waits for staff in this app: change requests that were sent, and those that were returned.

A request about the name of a company without an application belongs to no C-TPAT account: it is in
the list of change requests only, where management finds it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from change_requests.models import ChangeLine, ChangeRequest
from change_requests.states import DECISION, WAITING, ChangeKind, ChangeStatus
from core.compiled import Compiled, any_of
from core.links import path_to
from core.staff_work import Item, ItemWords, NextStep, WaitsFor, WorkKind

#: The code of this kind of work.
CHANGE = "change"


def kind() -> WorkKind:
    """Change requests as a kind of work."""
    return WorkKind(
        code=CHANGE,
        words=gettext_lazy("Change request"),
        rows=_waiting,
        describe=_describe,
        url=_url,
        next_step=_next_step,
        clocks=(DECISION,),
    )


def _waiting() -> QuerySet[Any, Any]:
    is_open = {"status": ChangeStatus.OPEN}
    rows = ChangeRequest.objects.filter(
        status__in=sorted(WAITING), security_model__isnull=False
    ).order_by()
    return rows.values(
        "id",
        "security_model_id",
        "round",
        subject_id=F("pk"),
        received_on=F("asked_on"),
        received_at=F("asked_at"),
        due_stated=Value(None, output_field=DateField()),
        due_from=Case(When(**is_open, then="asked_on"), output_field=DateField()),
        due_clock=Value(DECISION, output_field=TextField()),
        waits_for=Case(
            When(**is_open, then=Value(WaitsFor.PROGRAM)),
            default=Value(WaitsFor.PARTNER),
            output_field=TextField(),
        ),
        size=_count(),
        state=F("status"),
    )


def _count() -> Coalesce:
    """How many changes a request asks for."""
    rows = ChangeLine.objects.filter(request=OuterRef("pk")).order_by()
    counted = rows.values("request").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


def _describe(items: Sequence[Item]) -> Mapping[uuid.UUID, ItemWords]:
    """What each request is about and how many changes it has; one statement."""
    rows = _DESCRIBED.rows(requests=[item.id for item in items])
    return {row.pk: _words(row) for row in rows}


_DESCRIBED: Compiled[Any] = Compiled(
    lambda requests: (
        ChangeRequest.objects.filter(any_of("pk", requests))
        .annotate(n=_count())
        .only("kind", "status", "reference")
    ),
    requests=list,
)


def _words(row: Any) -> ItemWords:
    size = ngettext("%(n)s change", "%(n)s changes", row.n) % {"n": row.n}
    note = f"{ChangeKind(row.kind).label}, {row.reference}"
    if row.status == ChangeStatus.OPEN:
        return ItemWords(size, _("Waiting for you"), "waits-for-you", note)
    return ItemWords(size, _("Returned for more"), "returned", note)


def _url(item: Item) -> str:
    names = {"model_id": item.security_model_id, "staff_change_id": item.subject_id}
    return path_to("change_requests:staff", **names)


def _next_step(item: Item) -> NextStep:
    if item.waits_for == WaitsFor.PROGRAM:
        text = _("The partner asks for a change of what is locked, with a reason and proof.")
        return NextStep(_("Decide the change request"), text, _("See the request"))
    text = _("A change request was returned. It waits until the partner sends it again.")
    return NextStep(_("The partner completes the change request"), text)
