"""Adds documents to a model's Partner Library (D2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, Refused, refusal
from core.ids import new_id
from core.tenancy import beyond_tenants
from core.text import is_blank, one_line
from documents.models import Document, DocumentType, DocumentVersion
from documents.states import AddedBy
from files.services import examine, receive
from security_models.models import SecurityModel
from security_models.policies import P

LONGEST_TITLE = 200


@transaction.atomic
def add_document(
    *,
    actor: Access,
    model: SecurityModel,
    upload: File[bytes],
    title: str,
    type_code: str,
    place: str,
    key: uuid.UUID | None = None,
) -> DocumentVersion:
    """Upload a file as a new document, tagged with the place of the upload.

    An empty ``title`` becomes the file's name. ``key`` is the id of the version to be made: the
    same key from the same person is the same document (two clicks make one). Raises Refused with
    the problems of title, type and file together; then nothing is stored.
    """
    _require(actor, model)
    locked = SecurityModel.objects.select_for_update(no_key=True).get(pk=model.pk)
    if key is not None and (made := _made_before(key, locked, actor)) is not None:
        return made
    title = one_line(upload.name or "" if is_blank(title) else title).strip()
    problems = [*_title_problems(title), *_type_problems(type_code)]
    if problems:
        problems += examine(upload)
        raise Refused(problems[0].code, problems)
    file = receive(upload, actor=actor, scope=model_scope(model.pk))
    about: dict[str, Any] = {"created_at": clock.now(), "created_by_name": actor.name}
    document = Document.objects.create(
        security_model=locked, type_id=type_code, title=title, place=place[:80], **about
    )
    version = DocumentVersion.objects.create(
        pk=key or new_id(),
        security_model=locked,
        document=document,
        title=title,
        file=file,
        **about,
    )
    record(
        "documents.added",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("document_version", version.pk),
        title=title,
        name=file.name,
        sha256=file.sha256,
    )
    return version


def _require(actor: Access, model: SecurityModel) -> None:
    """Require the right to change this model, held in this model and not in another."""
    actor.require(P.EDIT)
    if not actor.is_system and actor.security_model.pk != model.pk:
        raise NotVisible("security_model")


def _made_before(key: uuid.UUID, model: SecurityModel, actor: Access) -> DocumentVersion | None:
    with beyond_tenants("A key that is taken by a row of another company is refused."):
        made = DocumentVersion.objects.select_related("file").filter(pk=key).first()
    if made is None:
        return None
    if made.security_model_id != model.pk or made.file.uploaded_by_id != actor.user_id:
        words = _("Reload the page and try again.")
        raise refusal("form_key", words)
    return made


def _title_problems(title: str) -> list[Problem]:
    if len(title) > LONGEST_TITLE:
        words = _("Shorten the title to %(number)s characters.") % {"number": LONGEST_TITLE}
        return [Problem("title", words, "title")]
    return []


def _type_problems(type_code: str) -> list[Problem]:
    known = DocumentType.objects.filter(pk=type_code, added_by=AddedBy.PARTNER)
    if "\x00" not in type_code and known.exists():
        return []
    return [Problem("type_code", _("Choose what kind of document it is."), "type_code")]
