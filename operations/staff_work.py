"""Requests that wait for management, as work in the queues of staff (ADR 14)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.links import path_to
from core.staff_work import Item, ItemWords, NextStep, WaitsFor, WorkKind
from operations.models import TradeAccountRequest
from operations.states import MANAGEMENT_CLOCK, RequestStatus
from security_models.models import SecurityModel

#: The code of this kind of work.
OPERATION = "operation"


class _ProgramDay(Func):
    """The program day of a moment."""

    template = f"((%(expressions)s) AT TIME ZONE '{clock.PROGRAM_ZONE.key}')::date"
    output_field = DateField()


def kind() -> WorkKind:
    """Requests that change trade accounts, with the oldest C-TPAT account that is concerned: its
    specialist recommends, management decides.
    """
    return WorkKind(
        code=OPERATION,
        words=gettext_lazy("Account request"),
        rows=_waiting,
        describe=_describe,
        url=_url,
        next_step=_next_step,
        clocks=(MANAGEMENT_CLOCK,),
    )


def _waiting() -> QuerySet[Any, Any]:
    concerned = Q(trade_account=OuterRef("asking")) | Q(trade_account=OuterRef("other"))
    oldest = SecurityModel.objects.filter(concerned).order_by("started_at", "pk").values("pk")[:1]
    open_ones = [RequestStatus.MANAGEMENT, RequestStatus.RETURNED]
    rows = TradeAccountRequest.objects.filter(status__in=open_ones).order_by()
    rows = rows.annotate(model_id=Subquery(oldest)).exclude(model_id=None)
    ours = Q(status=RequestStatus.MANAGEMENT)
    since = _ProgramDay(F("waits_since"))
    return rows.values(
        "id",
        subject_id=F("pk"),
        security_model_id=F("model_id"),
        round=Value(1, output_field=IntegerField()),
        received_on=since,
        received_at=F("waits_since"),
        due_stated=Value(None, output_field=DateField()),
        due_from=Case(When(ours, then=since), output_field=DateField()),
        due_clock=Value(MANAGEMENT_CLOCK, output_field=TextField()),
        waits_for=Case(
            When(ours, then=Value(WaitsFor.PROGRAM)),
            default=Value(WaitsFor.PARTNER),
            output_field=TextField(),
        ),
        size=Value(1, output_field=IntegerField()),
        state=F("status"),
    )


def _describe(items: Sequence[Item]) -> Mapping[uuid.UUID, ItemWords]:
    """The operation and the reference of each request; one statement."""
    rows = TradeAccountRequest.objects.filter(pk__in=[item.id for item in items])
    return {
        row.pk: ItemWords(
            size=str(row.get_kind_display()),
            state=str(row.get_status_display()),
            state_code=f"request-{row.status}",
            note=row.reference,
        )
        for row in rows
    }


def _url(item: Item) -> str:
    return path_to(
        "operations:recommend", model_id=item.security_model_id, operation_id=item.subject_id
    )


def _next_step(item: Item) -> NextStep:
    if item.waits_for == WaitsFor.PROGRAM:
        text = _("A request to change trade accounts waits for management.")
        return NextStep(_("Recommend a decision"), text, _("Open the request"))
    text = _("Management has returned a request to change trade accounts.")
    return NextStep(_("The company answers"), text)
