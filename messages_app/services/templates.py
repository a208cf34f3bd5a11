"""Writes templates of replies: all staff keep their own, management keeps the shared ones."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import NotAllowed, Problem, Refused, refusal
from core.text import filled
from messages_app.facts.template_fields import listed_fields, unknown_in
from messages_app.models import ReplyTemplate
from messages_app.policies import P
from messages_app.selectors.templates import may_change, template_of


@transaction.atomic
def add_template(
    *, actor: Access, form_key: uuid.UUID, name: str, body: str, shared: bool = False
) -> ReplyTemplate:
    """Write a template of one's own, or as management one for all staff. Two clicks make one."""
    actor.require(P.KEEP_SHARED_TEMPLATES if shared else P.SEE_INBOX)
    owner_id = None if shared else actor.user_id
    made = made_before(ReplyTemplate, form_key, owner_id=owner_id)
    if made is not None:
        return made
    _check(owner_id, name, body)
    with _one_name():
        row = ReplyTemplate.objects.create(
            id=form_key, owner_id=owner_id, name=name, body=body, **_changed(actor)
        )
    _record("messages_app.template_added", actor, row)
    return row


@transaction.atomic
def save_template(
    *, actor: Access, template_id: uuid.UUID, expected: int, name: str, body: str
) -> ReplyTemplate:
    """Change a template. Raises Stale if it was changed since it was read (P5)."""
    row = _kept_by(actor, template_id)
    if row.retired_at is not None:
        raise refusal("retired", _("This template is retired. Use it again before you change it."))
    if (row.name, row.body) == (name, body):
        return row
    _check(row.owner_id, name, body, but=row.pk)
    with _one_name():
        save_versioned(row, expected=expected, name=name, body=body, **_changed(actor))
    _record("messages_app.template_changed", actor, row)
    return row


@transaction.atomic
def retire_template(*, actor: Access, template_id: uuid.UUID, retired: bool) -> ReplyTemplate:
    """Offer a template no more, or again. It is never deleted."""
    row = _kept_by(actor, template_id)
    if (row.retired_at is not None) == retired:
        return row
    if not retired:
        _check(row.owner_id, row.name, row.body, but=row.pk)
    row.retired_at = clock.now() if retired else None
    row.version += 1
    with _one_name():
        row.save()
    kind = "messages_app.template_retired" if retired else "messages_app.template_used_again"
    _record(kind, actor, row)
    return row


def _kept_by(actor: Access, template_id: uuid.UUID) -> ReplyTemplate:
    """A template that the actor keeps, locked. Raises NotVisible or NotAllowed otherwise."""
    template_of(actor, template_id)
    row = ReplyTemplate.objects.select_for_update(no_key=True).get(pk=template_id)
    if not may_change(actor, row):
        raise NotAllowed(P.KEEP_SHARED_TEMPLATES, P.KEEP_SHARED_TEMPLATES.what)
    return row


def _check(owner_id: Any, name: str, body: str, but: uuid.UUID | None = None) -> None:
    """Refuse a name that is taken, and fields that do not exist, each next to its field."""
    problems = []
    same = ReplyTemplate.objects.filter(owner=owner_id, name__iexact=name, retired_at=None)
    same = same.exclude(pk=but) if but is not None else same
    if same.exists():
        problems.append(_taken())
    for unknown in unknown_in(body):
        words = _("“{%(field)s}” is not a field. These are the fields: %(fields)s.")
        words = filled(words, field=unknown, fields=listed_fields())
        problems.append(Problem("unknown", words, "body"))
    if problems:
        raise Refused("template", problems)


def _taken() -> Problem:
    words = _("There is already a template with this name. Choose another name.")
    return Problem("taken", words, "name")


@contextmanager
def _one_name() -> Iterator[None]:
    """Refuse a name that another click takes at this moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise Refused("template", [_taken()]) from taken


def _changed(actor: Access) -> dict[str, Any]:
    return {
        "changed_at": clock.now(),
        "changed_by_id": actor.user_id,
        "changed_by_name": actor.name,
    }


def _record(kind: str, actor: Access, row: ReplyTemplate) -> None:
    record(kind, actor=actor, scope=PROGRAM, subject=("template", row.pk), name=row.name)
