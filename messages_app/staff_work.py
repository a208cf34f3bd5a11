"""What waits for staff in this app: conversations that wait for an answer, and open inquiries (M4).

A conversation waits for the program from the company's oldest message without an answer. An inquiry
waits for the company from the day on which the time to reply began (M5: without a specialist it is
in the pool and in the list of management, like all other work).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
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
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import clock
from core.compiled import Compiled, any_of
from core.links import path_to
from core.staff_work import Item, ItemWords, NextStep, WaitsFor, WorkKind
from messages_app.models import Message, Thread
from messages_app.states import REPLY, Side, ThreadKind, ThreadStatus

#: The code of this kind of work.
MESSAGE = "message"


def kind() -> WorkKind:
    """Conversations and inquiries, as one kind of work."""
    return WorkKind(
        code=MESSAGE,
        words=gettext_lazy("Message"),
        rows=_waiting,
        describe=_describe,
        url=_url,
        next_step=_next_step,
        clocks=(REPLY,),
    )


_OPEN_INQUIRY = Q(inquiry_on__isnull=False, replied_on=None)


def _waiting() -> QuerySet[Any, Any]:
    """Threads that wait for the program, and inquiries that wait for the company.

    The program has no time limit of its own; an inquiry is due when its time to reply ends.
    """
    ours = Q(status=ThreadStatus.PROGRAM)
    rows = Thread.objects.filter(ours | _OPEN_INQUIRY, kind=ThreadKind.CONVERSATION).order_by()
    since = Case(When(ours, then="waits_since"), default="inquiry_on", output_field=DateField())
    return rows.values(
        "id",
        "security_model_id",
        subject_id=F("pk"),
        round=Value(1, output_field=IntegerField()),
        received_on=since,
        received_at=Greatest(_midnight(since), Least(F("last_message_at"), _last_moment(since))),
        due_stated=Value(None, output_field=DateField()),
        due_from=Case(When(_OPEN_INQUIRY, then="inquiry_on"), output_field=DateField()),
        due_clock=Value(REPLY, output_field=TextField()),
        waits_for=Case(
            When(ours, then=Value(WaitsFor.PROGRAM)),
            default=Value(WaitsFor.PARTNER),
            output_field=TextField(),
        ),
        size=_count(),
        state=F("status"),
    )


class _Midnight(Func):
    """The moment at which a program day begins."""

    template = f"((%(expressions)s)::timestamp AT TIME ZONE '{clock.PROGRAM_ZONE.key}')"
    output_field = DateTimeField()


def _midnight(day: Any) -> _Midnight:
    return _Midnight(day)


def _last_moment(day: Any) -> Any:
    """The moment just before a program day is over: no item is listed after those of later days."""
    return _Midnight(day) + Value(dt.timedelta(hours=22))


def _count() -> Coalesce:
    """The messages of people; lines of the portal are not counted."""
    rows = Message.objects.filter(thread=OuterRef("pk")).exclude(side=Side.PORTAL).order_by()
    counted = rows.values("thread").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0), output_field=IntegerField())


# --- words ----------------------------------------------------------------------------------------


def _describe(items: Sequence[Item]) -> Mapping[uuid.UUID, ItemWords]:
    """The subject of each thread and how many messages it has; one statement."""
    rows = _DESCRIBED.rows(threads=[item.id for item in items])
    return {row.pk: _words(row) for row in rows}


_DESCRIBED: Compiled[Any] = Compiled(
    lambda threads: (
        Thread.objects.filter(any_of("pk", threads))
        .annotate(n=_count())
        .only("subject", "status", "inquiry_on", "replied_on")
    ),
    threads=list,
)


def _words(row: Any) -> ItemWords:
    size = ngettext("%(n)s message", "%(n)s messages", row.n) % {"n": row.n}
    if row.status == ThreadStatus.PROGRAM:
        return ItemWords(size, _("Waiting for you"), "waits-for-you", row.subject)
    return ItemWords(size, _("Inquiry, waiting for the partner"), "waits", row.subject)


# --- the next step --------------------------------------------------------------------------------


def _url(item: Item) -> str:
    names = {"model_id": item.security_model_id, "thread_id": item.subject_id}
    return path_to("messages_app:staff-thread", **names)


def _next_step(item: Item) -> NextStep:
    if item.waits_for == WaitsFor.PROGRAM:
        text = _("The partner wrote a message that nobody has answered.")
        return NextStep(_("Answer the message"), text, _("Open the message"))
    text = _("An inquiry waits for an answer of the company. Silence can put its status at risk.")
    return NextStep(_("The partner answers the inquiry"), text)
