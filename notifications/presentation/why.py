"""Why did I get this: the event of a notice, as whom the reader got it, and what can be changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from notifications.models import Notification
from notifications.presentation.kind_words import got_as, setting_of
from notifications.providers.kinds import Kind
from notifications.states import Way


@dataclass(frozen=True)
class Why:
    """The answer; ``field`` is the setting of this kind, empty if the reader has no choice."""

    event: str
    got_as: str
    account: str
    came: str
    setting: str
    field: str


def why(notice: Notification, declared: Kind) -> Why:
    """Why the reader of this notice got it."""
    if len(declared.ways) == 1:
        setting = _("We always send this by email. You can't switch it off.")
    elif declared.mandatory:
        setting = _("You can get it at once or in the daily digest. You can't switch it off.")
    else:
        setting = _("You can get it at once, in the daily digest, or only here.")
    return Why(
        event=_(declared.event),
        got_as=got_as(declared, notice.as_group),
        account=notice.account,
        came=_came(notice),
        setting=setting,
        field=setting_of(declared) if len(declared.ways) > 1 else "",
    )


def _came(notice: Notification) -> str:
    if notice.way == Way.ONLY_HERE:
        return _("Only here, not by email")
    if notice.way == Way.AT_ONCE:
        return _("Here and by email")
    if notice.digested_at is None:
        return _("Here, and in the next daily digest unless you read it before")
    return _("Here and in the daily digest, unless you had read it before")
