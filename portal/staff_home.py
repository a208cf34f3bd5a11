"""The page on which staff start, and what they search in the header, by what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.access import Access
from identity.policies import P as PeopleP
from messages_app.policies import P as NoticeP
from security_models.policies import P as ModelP


def staff_home(access: Access) -> str:
    """Where staff start: all open work, their queue, users, notices, or their own account."""
    if access.has(ModelP.OVERSEE):
        return "reviews:open-work"
    if access.has(ModelP.SEE_POOL):
        return "reviews:queue"
    if access.has(PeopleP.SEE_USERS):
        return "identity:helpdesk"
    return "messages_app:notices" if access.has(NoticeP.PUBLISH_NOTICES) else "identity:menu"


def search_of(access: Access, typed: str, url: Callable[[str], str]) -> dict[str, Any] | None:
    """The search in the header: partners; for the helpdesk, people; for others none."""
    if access.has(ModelP.WORK_QUEUE):
        label = _("Partner, number or person")
        return {"url": url("reviews:partners"), "label": label, "value": typed}
    if access.has(PeopleP.SEE_USERS):
        label = _("Name, email address or company")
        return {"url": url("identity:helpdesk"), "label": label, "value": typed}
    return None
