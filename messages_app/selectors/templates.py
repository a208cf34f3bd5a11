"""Reads templates of replies: a person's own, and those that all staff share."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet

from core.access import Access
from core.errors import NotVisible
from messages_app.models import ReplyTemplate
from messages_app.policies import P


def templates_of(access: Access) -> QuerySet[ReplyTemplate]:
    """The actor's own templates and the shared ones, also retired ones; nobody else's."""
    rows = ReplyTemplate.objects.select_related("owner")
    if not access.is_staff or not access.has(P.SEE_INBOX):
        return rows.none()
    return rows.filter(Q(owner=access.user_id) | Q(owner=None))


def in_use(access: Access) -> list[ReplyTemplate]:
    """The templates that the actor can insert: the own ones first, by name."""
    rows = templates_of(access).filter(retired_at=None)
    return sorted(rows, key=lambda one: (one.owner_id is None, one.name.casefold()))


def template_of(access: Access, template_id: uuid.UUID) -> ReplyTemplate:
    """One of them. Raises NotVisible for any other."""
    row = templates_of(access).filter(pk=template_id).first()
    if row is None:
        raise NotVisible("template")
    return row


def may_change(access: Access, template: ReplyTemplate) -> bool:
    """Whether the actor keeps it: one's own, or as management a shared one."""
    if template.owner_id is None:
        return access.has(P.KEEP_SHARED_TEMPLATES)
    return bool(template.owner_id == access.user_id)
