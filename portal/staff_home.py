"""The page on which staff start, by what they may do."""

from __future__ import annotations

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
