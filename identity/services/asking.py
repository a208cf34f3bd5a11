"""Asks other staff for an act that is reserved to them (R6), and ends such a request."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, refuse
from core.text import isolate
from identity.asking import REMIND_AFTER
from identity.models import StaffAsk
from identity.staff_acts import Matter, act_named
from notifications.services.sending import notify


@transaction.atomic
def ask_staff(*, actor: Access, code: str, subject_id: uuid.UUID, note: str = "") -> StaffAsk:
    """Ask everyone who can do an act: an email and a notice for each, and an event.

    If asked again within a day, by anyone, nothing more is sent; later it is a reminder. Refused if
    the actor can do it, and if nobody can now.
    """
    if actor.user is None or not actor.is_staff:
        raise NotVisible("act")
    matter = act_named(code).read(actor, subject_id)
    _refuse(matter)
    now, names = clock.now(), ", ".join(map(isolate, matter.names))
    first = {"asked_by": actor.user, "asked_at": now, "last_asked_at": now, "names": names}
    rows = StaffAsk.objects.select_for_update(no_key=True)
    asked, is_first = rows.get_or_create(
        act=code, subject_id=subject_id, ended_at=None, defaults={**first, "note": note}
    )
    if not is_first:
        if now < asked.last_asked_at + REMIND_AFTER:
            return asked
        asked.asked_by, asked.last_asked_at, asked.names = actor.user, now, names
        asked.note = note or asked.note
        asked.save()
    kind = "identity.staff_asked" if is_first else "identity.staff_reminded"
    record(kind, actor=actor, scope=matter.scope, names=names, act=matter.what)
    _tell(matter, actor, note)
    return asked


def _refuse(matter: Matter) -> None:
    problems = list(matter.problems)
    if matter.mine:
        problems = [Problem("yourself", _("You can do this yourself."))]
    elif not matter.people:
        words = _("Nobody else can do this now. Ask the program office to add a second person.")
        problems.append(Problem("nobody", words))
    refuse(problems)


def _tell(matter: Matter, actor: Access, note: str) -> None:
    notify(
        "staff.act_asked",
        scope=matter.scope,
        to=matter.people,
        url=matter.url,
        asker=actor.name,
        act=matter.what,
        accounts=matter.accounts,
        note=note,
    )


def end_staff_asks(code: str, *subject_ids: uuid.UUID) -> int:
    """End the open requests for an act on some things; return how many there were.

    Called by the service that does the act, in its transaction.
    """
    rows = StaffAsk.objects.filter(act=code, subject_id__in=subject_ids, ended_at=None)
    return rows.update(ended_at=clock.now())
