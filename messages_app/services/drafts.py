"""Keeps what a person is writing: saved by itself, never overwritten by another tab, with its
files.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope
from core import clock
from core.access import Access
from core.concurrency import made_before, one_at_a_time
from core.errors import NotVisible, refusal
from core.ids import new_id
from files.services import receive, sha256_of
from messages_app.models import Draft, DraftFile, Thread
from messages_app.policies import P
from security_models.models import SecurityModel

#: At most this many files go with one message.
MAX_FILES = 10


@transaction.atomic
def save_draft(
    *,
    actor: Access,
    form_key: uuid.UUID,
    version: int,
    body: str | None = None,
    subject: str | None = None,
    about: str | None = None,
    thread: Thread | None = None,
) -> Draft:
    """Save what is typed; None leaves a part as it is, because what was typed there was refused.
    ``version`` is that of the draft which the writer's page knows, 0 before the first time.

    If another tab has saved the same draft since, both texts are kept: what comes now becomes a
    draft of its own, with the same files, which is returned. A draft with files stays in its
    account, because the files belong there.
    """
    actor.require(P.READ)
    model = actor.security_model
    # A page that saves itself and the button that sends may come at the same moment.
    one_at_a_time(f"draft:{form_key}")
    given = {"subject": subject, "body": body, "about": about, "security_model": model}
    typed = {name: value for name, value in given.items() if value is not None}
    row = _locked(actor, form_key, thread)
    if row is not None and all(getattr(row, name) == value for name, value in typed.items()):
        return row
    if row is not None and row.security_model_id != model.pk and row.files.exists():
        words = _("The files of this message belong to another account. Remove them first.")
        raise refusal("other_account", words, "account")
    if row is None or row.version != version:
        key = form_key if row is None else new_id()
        made = Draft.objects.create(
            id=key, user_id=actor.user_id, thread=thread, saved_at=clock.now(), **typed
        )
        if row is not None:
            _copy_files(row, made)
        return made
    for name, value in {**typed, "saved_at": clock.now(), "version": version + 1}.items():
        setattr(row, name, value)
    row.save()
    return row


def _copy_files(draft: Draft, copy: Draft) -> None:
    DraftFile.objects.bulk_create(
        DraftFile(
            draft=copy,
            user_id=one.user_id,
            security_model_id=one.security_model_id,
            file_id=one.file_id,
            added_at=one.added_at,
        )
        for one in draft.files.order_by("added_at", "pk")
    )


def _locked(actor: Access, form_key: uuid.UUID, thread: Thread | None) -> Draft | None:
    """The draft of that key, locked. A key that is taken by anyone else's is refused."""
    mine = {"user_id": actor.user_id, "thread_id": thread.pk if thread else None}
    if made_before(Draft, form_key, **mine) is None:
        return None
    rows = Draft.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("security_model").get(pk=form_key)


@transaction.atomic
def attach(*, actor: Access, draft: Draft, file: Any) -> DraftFile:
    """Put an uploaded file with a draft. Refuses what files.services.receive refuses, the same file
    twice, and more than ``MAX_FILES``.
    """
    actor.require(P.READ)
    model = _account_of(actor, draft)
    there = list(DraftFile.objects.filter(draft=draft).select_related("file"))
    if len(there) >= MAX_FILES:
        words = _("You can send up to %(n)s files with a message. Remove one first.")
        raise refusal("full", words % {"n": MAX_FILES}, "file")
    digest = sha256_of(file)
    if any(one.file.sha256 == digest for one in there):
        raise refusal("attached", _("This file is already attached."), "file")
    return DraftFile.objects.create(
        draft=draft,
        user_id=actor.user_id,
        security_model=model,
        file=receive(file, actor=actor, scope=model_scope(model.pk)),
        added_at=clock.now(),
    )


def _account_of(actor: Access, draft: Draft) -> SecurityModel:
    """The account of the page, which is that of the draft."""
    model: SecurityModel = actor.security_model
    if draft.security_model_id != model.pk or draft.user_id != actor.user_id:
        raise NotVisible("draft")
    return model


@transaction.atomic
def detach(*, actor: Access, file_id: uuid.UUID) -> str | None:
    """Take a file out of the actor's draft; its name, or None if it is gone already."""
    rows = DraftFile.objects.filter(pk=file_id, user=actor.user_id)
    row = rows.select_related("file").first()
    if row is None:
        return None
    row.delete()
    return str(row.file.name)


@transaction.atomic
def discard(*, actor: Access, draft_id: uuid.UUID) -> bool:
    """Delete a draft of the actor; whether there was one."""
    found, _rows = Draft.objects.filter(pk=draft_id, user=actor.user_id).delete()
    return bool(found)
