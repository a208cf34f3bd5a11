"""What a page says about an act reserved to other staff: who can do it, and who was asked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Access, Permission
from core.errors import NotVisible
from core.text import filled
from identity.models import StaffAsk
from identity.staff_acts import Matter, act_named, act_of_page, ask_url

#: How long to wait before asking the same people again.
REMIND_AFTER = dt.timedelta(days=1)
#: If more people than this can act, they are named as a group.
NAMED = 2


@dataclass(frozen=True)
class Asking:
    """An act on one thing, and the open request for it."""

    matter: Matter
    url: str
    asked: StaffAsk | None

    @property
    def can_ask(self) -> bool:
        """Whether the reader can ask now: nothing prevents it, and nobody was asked a
        moment ago.
        """
        if self.matter.mine or self.matter.problems or not self.matter.people:
            return False
        return self.asked is None or clock.now() >= self.again_from

    @cached_property
    def again_from(self) -> dt.datetime:
        """The time from which a reminder can be sent."""
        return (self.asked.last_asked_at if self.asked else clock.now()) + REMIND_AFTER

    @property
    def waits(self) -> bool:
        """Whether someone was asked and the act can still be done."""
        return self.asked is not None and not self.matter.problems

    @property
    def label(self) -> str:
        """The words of the button: "Ask Ada Lund to reactivate Rosa Diaz"."""
        names = self.matter.names
        who = _(" or ").join(names) if 0 < len(names) <= NAMED else self.matter.group
        reminds = self.asked is not None and self.can_ask
        words = _("Remind %(who)s to %(act)s") if reminds else _("Ask %(who)s to %(act)s")
        return filled(words, who=who, act=self.matter.what)


def asking(access: Access, code: str, subject_id: uuid.UUID) -> Asking:
    """What to say about an act. Raises NotVisible if the reader may not ask for it."""
    return askings(access, [code], subject_id)[code]


def askings(access: Access, codes: Collection[str], subject_id: uuid.UUID) -> dict[str, Asking]:
    """The same of several acts on one thing; what they share is read once."""
    reader = access.remembering()
    asked = {one.act: one for one in _open_asks(subject_id, codes)}
    return {
        code: Asking(
            act_named(code).read(reader, subject_id), ask_url(code, subject_id), asked.get(code)
        )
        for code in codes
    }


def open_ask(code: str, subject_id: uuid.UUID) -> StaffAsk | None:
    """The request for an act on a thing that is still open."""
    return _open_asks(subject_id, [code]).first()


def _open_asks(subject_id: uuid.UUID, codes: Collection[str]) -> QuerySet[StaffAsk]:
    rows = StaffAsk.objects.select_related("asked_by")
    return rows.filter(act__in=codes, subject_id=subject_id, ended_at=None)


def ask_instead(
    access: Access, wanted: Permission, page: str, places: Mapping[str, Any]
) -> tuple[str, str] | None:
    """Where refused staff can ask for the act of the page, with the words of the link."""
    act = act_of_page(page) if access.is_staff else None
    if act is None or act.place not in places:
        return None
    try:
        about = asking(access, act.code, places[act.place])
    except NotVisible:
        return None
    return (about.url, about.label) if about.can_ask or about.waits else None
