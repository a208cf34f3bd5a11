"""Drafts, publishes and withdraws documents of the public libraries (D1).

Only a program administrator may. A new title or file of what is published is a new version, and
earlier ones stay for staff; a draft has one version only. Nothing is published before its file is
clean (D5), and readers keep the version before a new file until that is clean, too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import NotVisible, Problem, Refused, Stale, refusal, refuse
from core.text import one_line
from documents.checks import public as checks
from documents.checks.details import Details, problems
from documents.checks.public import PublicDetails
from documents.machine import PUBLIC
from documents.models import DocumentType, PublicDocument, PublicVersion
from documents.policies import P
from documents.selectors.public_documents import all_business_types
from documents.services.public_sending import begin_telling, follow_start
from documents.states import AddedBy, PublicStatus
from files.models import StoredFile
from files.selectors import state_words
from files.services import delete_unnamed, examine, receive


@transaction.atomic
def draft_public(
    *, actor: Access, form_key: uuid.UUID, upload: File[bytes], details: PublicDetails
) -> PublicDocument:
    """Save a new draft with its file; a second click on the same form finds the first one's row."""
    actor.require(P.PUBLISH)
    before = made_before(PublicDocument, form_key, updated_by_id=actor.user_id)
    if before is not None:
        return before
    _refuse_content(details, upload)
    document = PublicDocument(
        pk=form_key, created_at=clock.now(), **_whole(details), **_written_by(actor)
    )
    document.save(force_insert=True)
    PUBLIC.begin(document, actor=actor)
    _put(document, _received(upload, actor), actor)
    _record("public_drafted", actor, document)
    return document


@transaction.atomic
def save_public(
    *,
    actor: Access,
    document_id: uuid.UUID,
    expected: int,
    upload: File[bytes] | None,
    details: PublicDetails,
) -> PublicDocument:
    """Save a draft, or what is published. Raises Stale if someone else saved in between.

    The library of what is published stays, and so does its first day once that has come.
    """
    actor.require(P.PUBLISH)
    document = _locked(document_id)
    _require_open(document)
    details = _kept(document, details)
    _refuse_content(details, upload, document)
    newest = newest_version(document)
    said = _whole(details)
    if document.status == PublicStatus.PUBLISHED and document.published_at is not None:
        said["starts_at"] = _start(document.published_at, details.publish_on)
    save_versioned(document, expected=expected, **said, **_written_by(actor))
    if document.status == PublicStatus.PUBLISHED:
        follow_start(document)
    if upload is not None or newest.title != document.title:
        file = newest.file if upload is None else _received(upload, actor)
        _put(document, file, actor)
    _record("public_changed", actor, document)
    return document


def newest_version(document: PublicDocument) -> PublicVersion:
    """The version that was added last."""
    return document.versions.select_related("file").order_by("-number")[0]


@transaction.atomic
def publish_public(
    *, actor: Access, document_id: uuid.UUID, expected: int, tell: bool = False
) -> PublicDocument:
    """Publish a draft as it was read, and ``tell`` its readers once they find it. A second click
    finds it published and does nothing.
    """
    actor.require(P.PUBLISH)
    document = _locked(document_id)
    if document.status == PublicStatus.PUBLISHED and document.version == expected + 1:
        return document
    if document.status == PublicStatus.DRAFT and document.version != expected:
        raise Stale(document)
    if document.status == PublicStatus.DRAFT:
        refuse(before_publishing(document))
    now = clock.now()
    PUBLIC.apply(
        "publish",
        document,
        actor=actor,
        version=expected + 1,
        starts_at=_start(now, document.publish_on),
        published_at=now,
        published_by_name=actor.name,
        **_written_by(actor),
    )
    _record("public_published", actor, document, library=str(document.get_library_display()))
    if tell:
        begin_telling(document)
    return document


def before_publishing(document: PublicDocument) -> list[Problem]:
    """Everything that keeps a draft from being published now."""
    file = newest_version(document).file
    return [
        *checks.checked(is_clean=file.is_clean, state=state_words(file)),
        *checks.days(document.publish_on, document.expires_on, clock.today()),
    ]


@transaction.atomic
def discard_public(*, actor: Access, document_id: uuid.UUID, expected: int) -> PublicDocument:
    """Discard a draft; it stays in the record."""
    actor.require(P.PUBLISH)
    document = _locked(document_id)
    if document.status == PublicStatus.DISCARDED:
        return document
    if document.status == PublicStatus.DRAFT and document.version != expected:
        raise Stale(document)
    PUBLIC.apply(
        "discard", document, actor=actor, version=document.version + 1, **_written_by(actor)
    )
    _record("public_discarded", actor, document)
    return document


@transaction.atomic
def withdraw_public(
    *, actor: Access, document_id: uuid.UUID, expected: int, reason: str
) -> PublicDocument:
    """Take a document back: readers no longer find or open it. A second click does nothing."""
    actor.require(P.PUBLISH)
    document = _locked(document_id)
    if document.status == PublicStatus.WITHDRAWN and document.version == expected + 1:
        return document
    if document.status == PublicStatus.PUBLISHED and document.version != expected:
        raise Stale(document)
    PUBLIC.apply(
        "withdraw",
        document,
        actor=actor,
        reason=reason,
        version=document.version + 1,
        withdrawn_at=clock.now(),
        withdrawn_by_name=actor.name,
        withdrawn_reason=reason,
        **_written_by(actor),
    )
    _record("public_withdrawn", actor, document, reason=reason)
    return document


# --- parts of these -------------------------------------------------------------------------------


def _locked(document_id: uuid.UUID) -> PublicDocument:
    document = PublicDocument.objects.select_for_update().filter(pk=document_id).first()
    if document is None:
        raise NotVisible("public_document")
    return document


def _require_open(document: PublicDocument) -> None:
    if document.status not in {PublicStatus.DRAFT, PublicStatus.PUBLISHED}:
        words = _("This can't be changed: its status is “%(status)s”. Nothing was changed.")
        raise refusal("ended", words % {"status": document.get_status_display()})


def _kept(document: PublicDocument, details: PublicDetails) -> PublicDetails:
    """The details with what stays once a document is published."""
    if document.status != PublicStatus.PUBLISHED:
        return details
    stays: dict[str, Any] = {"library": document.library}
    if document.publish_on is None or document.publish_on <= clock.today():
        stays["publish_on"] = document.publish_on
    return PublicDetails(**{**vars(details), **stays})


def _refuse_content(
    details: PublicDetails, upload: File[bytes] | None, document: PublicDocument | None = None
) -> None:
    """Raise with every problem of the details and of the file, each at its field."""
    plain = Details(details.title, details.type_code, details.description, details.language)
    expires = None if document is not None and _same_end(document, details) else details.expires_on
    found = [
        *problems(plain, clock.today()),
        *_type_problems(details.type_code),
        *checks.days(details.publish_on, expires, clock.today()),
        *checks.audience(details.library, details.business_types),
        *_unknown_types(details.business_types),
        *_replaced_problems(details, document),
    ]
    if found:
        raise Refused(found[0].code, [*found, *(examine(upload) if upload is not None else [])])


def _same_end(document: PublicDocument, details: PublicDetails) -> bool:
    """Other details of what has expired can be changed without a new last day."""
    same = details.expires_on == document.expires_on
    return same and document.status == PublicStatus.PUBLISHED


def _type_problems(code: str) -> list[Problem]:
    if DocumentType.objects.filter(pk=code, added_by=AddedBy.STAFF).exists():
        return []
    return [Problem("type_code", _("Choose what kind of document it is."), "type_code")]


def _unknown_types(codes: Collection[str]) -> list[Problem]:
    known = {code for code, _name in all_business_types()}
    if set(codes) <= known:
        return []
    return [Problem("unknown", _("Choose business types from the list."), "business_types")]


def _replaced_problems(details: PublicDetails, document: PublicDocument | None) -> list[Problem]:
    """What is replaced was published in the same library, and is another document."""
    if details.replaces_id is None:
        return []
    rows = PublicDocument.objects.filter(
        pk=details.replaces_id,
        library=details.library,
        status__in=[PublicStatus.PUBLISHED, PublicStatus.WITHDRAWN],
    )
    if document is not None:
        rows = rows.exclude(pk=document.pk)
    if rows.exists():
        return []
    words = _("Choose a document that was published in the same library.")
    return [Problem("replaces", words, "replaces")]


def _whole(details: PublicDetails) -> dict[str, Any]:
    return {
        **{name: value for name, value in vars(details).items() if name != "type_code"},
        "title": one_line(details.title).strip(),
        "description": details.description.strip(),
        "type_id": details.type_code,
        "business_types": list(details.business_types),
    }


def _written_by(actor: Access) -> dict[str, Any]:
    return {
        "updated_at": clock.now(),
        "updated_by_id": actor.user_id,
        "updated_by_name": actor.name,
    }


def _received(upload: File[bytes], actor: Access) -> StoredFile:
    return receive(upload, actor=actor, scope=PROGRAM)


def _start(published_at: dt.datetime, publish_on: dt.date | None) -> dt.datetime:
    """When readers find it first: when it was published, or the midnight of its first day."""
    if publish_on is None:
        return published_at
    midnight = dt.datetime.combine(publish_on, dt.time(), tzinfo=clock.PROGRAM_ZONE)
    return max(published_at, midnight)


def _put(document: PublicDocument, file: StoredFile, actor: Access) -> None:
    """Add a version; in a draft it takes the place of the one before."""
    before = list(document.versions.select_related("file").order_by("-number")[:1])
    number = before[0].number + 1 if before else 1
    if before and document.status == PublicStatus.DRAFT:
        number = before[0].number
        before[0].delete()
        if before[0].file_id != file.pk:
            delete_unnamed(before[0].file)
    PublicVersion.objects.create(
        document=document,
        number=number,
        title=document.title,
        file=file,
        created_at=clock.now(),
        created_by_name=actor.name,
    )
    if number > 1:
        _record("public_version", actor, document, number=number)


def _record(event: str, actor: Access, document: PublicDocument, **more: Any) -> None:
    record(
        f"documents.{event}",
        actor=actor,
        scope=PROGRAM,
        subject=("public_document", document.pk),
        title=document.title,
        **more,
    )
