"""Acts of the workspace: those that change the security model and its submission together, and how
people arrange their own queue.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from change_requests.models import ChangeRequest
from change_requests.staff_work import CHANGE
from core import clock
from core.access import Access
from core.days import day, days_left
from core.errors import NotVisible, Problem, Refused, refusal
from core.links import path_to
from core.staff_work import kind as kind_of
from core.text import is_blank
from messages_app.models import Thread
from messages_app.staff_work import MESSAGE
from notifications.services.sending import notify
from reviews.models import WorkItem, WorkMark
from reviews.selectors import marks
from reviews.selectors.management import PROFILE, SPECIALIST, VETTING, WAITING_FOR
from reviews.selectors.pool import is_waiting
from security_models.models import SecurityModel, StaffAssignment
from security_models.policies import P
from security_models.services import staff
from security_models.services.roots import lock
from security_profile.services import review

#: The most days that an item can be snoozed.
SNOOZE_AT_MOST = 90


@transaction.atomic
def claim(*, actor: Access, model_id: uuid.UUID) -> StaffAssignment:
    """Take a partner from the pool; only one with an open submission can be taken (R6).

    A partner that never submitted was never in the pool: NotVisible.
    """
    actor.require(P.SEE_POOL)
    model = lock(model_id)
    if model.first_submitted_on is None:
        raise NotVisible("security_model")
    if not is_waiting(model):
        words = _("This application is no longer in the pool. It has nothing to review.")
        raise refusal("not_waiting", words)
    return staff.claim(actor=actor, model_id=model_id)


@transaction.atomic
def not_accept(*, actor: Access, model_id: uuid.UUID, reasons: str) -> int:
    """Refuse an application and close what was submitted (domain 3). Return how many types."""
    refused = staff.not_accept(actor=actor, model_id=model_id, reasons=reasons)
    review.close_open(actor=actor, model=refused[0].security_model)
    return len(refused)


# --- the own queue --------------------------------------------------------------------------------


@transaction.atomic
def pin(*, actor: Access, kind: str, item_id: uuid.UUID, pinned: bool) -> WorkItem:
    """Pin an item to the top of your own queue, or unpin it. A second click pins it only once."""
    item = _locked(actor, kind, item_id)
    _mark(actor, item, pinned_at=clock.now() if pinned else None)
    return item


@transaction.atomic
def snooze(
    *, actor: Access, kind: str, item_id: uuid.UUID, until: dt.date | None, reason: str
) -> WorkItem:
    """Hide an item from the user's own unfiltered queue until a day, on which it comes back by
    itself.

    It stays open and may become late. It stays in the lists of others, who read until when and why.
    If it is snoozed again, the newer day and reason count.
    """
    item = _locked(actor, kind, item_id)
    problems = []
    last = clock.today() + dt.timedelta(days=SNOOZE_AT_MOST)
    if until is None or not clock.today() < until <= last:
        words = _("Enter a day after today, at most %(n)s days ahead.") % {"n": SNOOZE_AT_MOST}
        problems.append(Problem("until", words, "until"))
    if is_blank(reason):
        problems.append(Problem("reason", _("Enter the reason for snoozing it."), "reason"))
    if problems:
        raise Refused("snooze", problems)
    if _mark(actor, item, snoozed_until=until, reason=reason):
        day = until.isoformat() if until is not None else ""
        _record("snoozed", actor, item, until=day, reason=reason)
    return item


@transaction.atomic
def wake(*, actor: Access, kind: str, item_id: uuid.UUID) -> WorkItem:
    """Bring a snoozed item back before its day. A second click is recorded only once."""
    item = _locked(actor, kind, item_id)
    if _mark(actor, item, snoozed_until=None, reason=""):
        _record("woken", actor, item)
    return item


def wake_by_answer(thread: Thread) -> None:
    """Bring a snoozed conversation back to everyone's queue, because the company wrote in it.

    Whoever snoozed it had not read that message. A pin stays.
    """
    _wake_all(MESSAGE, thread.pk)


def wake_by_sending(request: ChangeRequest) -> None:
    """The same for a change request that was returned, because the company has sent it again."""
    _wake_all(CHANGE, request.pk)


def _wake_all(kind: str, item_id: uuid.UUID) -> None:
    snoozed = WorkMark.objects.filter(kind=kind, item_id=item_id, snoozed_until__isnull=False)
    snoozed.filter(pinned_at=None).delete()
    snoozed.update(snoozed_until=None, reason="")


def _locked(actor: Access, kind: str, item_id: uuid.UUID) -> WorkItem:
    """An item of the user's own queue, its model locked. Raises NotVisible if it is not there."""
    actor.require(P.REVIEW)
    lock(actor.security_model.pk)
    return marks.item_in_queue(actor, kind, item_id)


def _mark(actor: Access, item: WorkItem, **wanted: Any) -> bool:
    """Change the actor's mark on an item; return whether anything changed. An empty mark is
    deleted.

    Marks that are over are deleted too.
    """
    marks.outlived(actor).delete()
    key = {"staff_id": actor.user_id, "kind": item.kind, "item_id": item.id}
    mark = WorkMark.objects.filter(**key).first()
    mark = mark or WorkMark(**key, security_model_id=item.security_model_id)
    if all(getattr(mark, name) == value for name, value in wanted.items()):
        return False
    mark.made_at = clock.now()
    for name, value in wanted.items():
        setattr(mark, name, value)
    if mark.pinned_at is None and mark.snoozed_until is None:
        mark.delete()
    else:
        mark.save()
    return True


def _record(kind: str, actor: Access, item: WorkItem, **data: Any) -> None:
    record(
        f"reviews.{kind}",
        actor=actor,
        scope=model_scope(item.security_model_id),
        subject=(item.kind, item.id),
        item=str(kind_of(item.kind).words),
        **data,
    )


# --- what waits longer than planned ---------------------------------------------------------------


def remind_of_decision(*, model: SecurityModel, last_day: dt.date, offset: int) -> bool:
    """Remind specialist and management of an undecided application, once for each offset."""
    sent = notify(
        "application.overdue_staff",
        scope=model_scope(model.pk),
        about=model,
        url=path_to("reviews:partner", model_id=model.pk),
        once_key=f"decision:{model.pk}:{last_day:%y%m%d}:{offset}",
        **_overdue_words(model, last_day),
        submitted_on=day(model.first_submitted_on) if model.first_submitted_on else "",
        waits_for=list(_waits_for(model)),
    )
    return bool(sent)


def remind_of_vetting(*, model: SecurityModel, last_day: dt.date, offset: int) -> bool:
    """Remind management of an application that has not passed vetting, once for each offset."""
    sent = notify(
        "vetting.overdue_staff",
        scope=model_scope(model.pk),
        about=model,
        url=path_to("reviews:vetting", model_id=model.pk),
        once_key=f"vetting:{model.pk}:{last_day:%y%m%d}:{offset}",
        **_overdue_words(model, last_day),
    )
    return bool(sent)


def _overdue_words(model: SecurityModel, last_day: dt.date) -> dict[str, Any]:
    today = clock.today()
    return {
        "account": model.trade_account.name,
        "reference": model.reference,
        "due_date": day(last_day),
        "left": days_left(last_day, today),
        "is_late": today > last_day,
    }


def _waits_for(application: Any) -> Iterator[str]:
    """What an annotated application still waits for (``selectors.management.undecided``)."""
    waits = {
        VETTING: not application.vetting_done,
        SPECIALIST: not application.staff_name,
        PROFILE: not application.profile_done,
    }
    return (str(words) for code, words in WAITING_FOR if waits[code])
