"""Documents as rows of a list, and one document on its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.days import day, days_left, due_tone
from documents import page_links
from documents.models import Document, DocumentVersion
from documents.presentation.snippets import Piece, snippet
from documents.selectors.documents import USABLE
from documents.selectors.search import texts_with
from documents.states import DocumentStatus
from files.selectors import state_words

#: From so many days before it expires, a document is marked.
SOON = 90


@dataclass(frozen=True)
class TagShown:
    """A tag on a document; ``kind`` is ``place``, ``shared`` or ``own``. ``note``: who sees it."""

    word: str
    kind: str
    note: str = ""


@dataclass(frozen=True)
class Expiry:
    """When a document expires, in words; ``tone`` marks what is near or over."""

    words: str
    tone: str


@dataclass(frozen=True)
class DocumentRow:
    """One row of the library."""

    id: str
    url: str
    file_url: str
    title: str
    type: str
    account: str
    reference: str
    file_name: str
    size: str
    version: str
    is_from_program: bool
    is_held: bool
    state: str
    where: str
    expiry: Expiry | None
    tags: tuple[TagShown, ...]
    changed_at: dt.datetime
    created_by_name: str
    snippet: tuple[Piece, ...]


def document_rows(access: Access, documents: Iterable[Any], typed: str = "") -> list[DocumentRow]:
    """The rows of a page: each document comes with its account, file and tags. If words were
    ``typed``, one query more reads where the texts of the files contain them.
    """
    rows = list(documents)
    texts = texts_with((one.current.file for one in rows), typed)
    return [_row(access, one, snippet(texts.get(one.current.file_id, ""), typed)) for one in rows]


def _row(access: Access, document: Any, found: tuple[Piece, ...]) -> DocumentRow:
    version: DocumentVersion = document.current
    model = document.security_model
    inside = document.status == DocumentStatus.IN_LIBRARY
    return DocumentRow(
        str(document.pk),
        page_links.page_of(document, is_staff=access.is_staff),
        page_links.file_of(version, model, is_staff=access.is_staff),
        document.title,
        type_words(document),
        model.trade_account.name,
        model.reference,
        version.file.name,
        filesizeformat(version.file.size),
        version_words(version),
        document.is_from_program,
        document.held_at is not None,
        "" if version.file.is_clean else state_words(version.file),
        "" if inside else document.get_status_display(),
        expiry_of(document),
        tuple(tags_shown(document)),
        document.changed_at,
        document.created_by_name,
        found,
    )


def type_words(document: Document) -> str:
    """The type of a document; empty if nobody chose one."""
    return document.type.name if document.type is not None else ""


def version_words(version: DocumentVersion) -> str:
    """Which version is the newest; nothing while there is only one."""
    return _("version %(number)s") % {"number": version.number} if version.number > 1 else ""


def tags_shown(document: Any) -> Iterable[TagShown]:
    """The tags of a document: places first, then those of the account, then the reader's own."""
    for place in document.place_tags:
        yield TagShown(str(place), "place")
    for tag in sorted(document.own_and_shared_tags, key=lambda one: not one.is_shared):
        if tag.is_shared:
            yield TagShown(tag.word, "shared", _("(shared)"))
        else:
            yield TagShown(tag.word, "own", _("(only you)"))


def expiry_of(document: Document) -> Expiry | None:
    """When a document expires, if that is known and not far away."""
    if document.expires_on is None:
        return None
    today = clock.today()
    left = (document.expires_on - today).days
    if left < 0:
        words = _("Expired on %(day)s") % {"day": day(document.expires_on)}
        return Expiry(words, due_tone(left))
    words = _("Expires on %(day)s (%(left)s)")
    values = {"day": day(document.expires_on), "left": days_left(document.expires_on, today)}
    return Expiry(words % values, due_tone(left) if left <= SOON else "")


@dataclass(frozen=True)
class VersionRow:
    """One version on the page of a document."""

    number: int
    title: str
    file_name: str
    size: int
    sha256: str
    url: str
    preview_url: str
    state: str
    created_at: dt.datetime
    created_by_name: str
    is_current: bool
    restore_url: str


def version_rows(
    access: Access, document: Document, versions: Iterable[DocumentVersion]
) -> list[VersionRow]:
    """The versions of a document, each with its download once its file is clean (D5)."""
    return [
        VersionRow(
            one.number,
            one.title,
            one.file.name,
            one.file.size,
            one.file.sha256,
            page_links.file_of(one, document.security_model, is_staff=access.is_staff),
            page_links.preview_of(one, document.security_model, is_staff=access.is_staff),
            state_words(one.file),
            one.created_at,
            one.created_by_name,
            one.pk == document.current_id,
            page_links.restore_of(document, one.number, is_staff=access.is_staff)
            if one.file.state in USABLE
            else "",
        )
        for one in versions
    ]
