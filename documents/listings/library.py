"""The Partner Library and its archive as lists, of one trade account or of all of the reader's."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock, search
from core.access import Access
from core.days import moment
from core.listing import Column, Filter, Listing
from documents.checks.details import languages
from documents.listings.accounts import account_column, account_filters
from documents.models import Document, DocumentType, DocumentVersion, PlaceTag
from documents.presentation.languages import language_words
from documents.presentation.rows import (
    expiry_of,
    tags_shown,
    type_words,
    version_words,
)
from documents.providers.uses import used_versions
from documents.selectors.search import documents_by_words
from documents.selectors.tags import tags_of, visible_taggings
from documents.states import AddedBy, DocumentStatus, PlaceKind
from files.selectors import state_words
from security_models.models import SecurityModel

#: Days ahead, or back, that a filter offers.
_EXPIRING, _ADDED = (30, 90, 180), (7, 30, 365)


@dataclass(frozen=True)
class Reading:
    """The reader of a list, and what it offers to choose from."""

    access: Access
    accounts: Sequence[SecurityModel]
    types: Sequence[DocumentType]
    tags: Sequence[str]


def library_listing(reading: Reading) -> Listing:
    """The documents in use, newest first."""
    return _listing(reading, [])


def archive_listing(reading: Reading) -> Listing:
    """What was put away: archived documents and those in the trash."""
    return _listing(reading, [_away_filter()])


def _listing(reading: Reading, more: Sequence[Filter]) -> Listing:
    return Listing(
        columns=[
            Column("title", gettext_lazy("Title"), lambda row: row.title, ["title"]),
            Column("type", gettext_lazy("Type"), type_words, ["type__name"]),
            account_column(),
            Column("tags", gettext_lazy("Tags"), _tags_in_words),
            Column("changed", gettext_lazy("Changed"), _changed, ["changed_at"]),
        ],
        beneath=_BENEATH,
        filters=[*_filters(reading), *more],
        sort="-changed",
        complete=partial(add_tags, reading.access),
        # Texts cost most to compare: once, not once more to count what was found.
        counts_found=True,
    )


# --- what rows show -------------------------------------------------------------------------------


def add_tags(access: Access, documents: Sequence[Any]) -> None:
    """Add ``place_tags`` and ``own_and_shared_tags`` to the documents of a page: two statements."""
    ids = [one.pk for one in documents]
    places: dict[uuid.UUID, list[PlaceTag]] = {}
    found = PlaceTag.objects.filter(document__in=ids)
    for place in sorted(found, key=lambda one: one.order):
        places.setdefault(place.document_id, []).append(place)
    tags = tags_of(access, ids)
    for one in documents:
        one.place_tags = places.get(one.pk, [])
        one.own_and_shared_tags = tags.get(one.pk, [])


def _tags_in_words(row: Any) -> str:
    return "; ".join(" ".join(filter(None, (one.word, one.note))) for one in tags_shown(row))


def _changed(row: Document) -> str:
    return moment(row.changed_at)


def from_words(document: Document) -> str:
    """Which side added a document (D6)."""
    return {
        AddedBy.PARTNER: _("The company"),
        AddedBy.STAFF: _("From CBP"),
        AddedBy.SYSTEM: _("From the portal"),
    }[AddedBy(document.added_by)]


def _expiry(row: Document) -> str:
    expiry = expiry_of(row)
    return expiry.words if expiry is not None else ""


def _held(row: Document) -> str:
    return _("On legal hold") if row.held_at is not None else ""


_BENEATH = [
    Column("file", gettext_lazy("File"), lambda row: row.newest.file.name),
    Column("size", gettext_lazy("Size"), lambda row: filesizeformat(row.newest.file.size)),
    Column("check", gettext_lazy("Check"), lambda row: state_words(row.newest.file)),
    Column("sha256", gettext_lazy("SHA-256"), lambda row: row.newest.file.sha256),
    Column("version", gettext_lazy("Version"), lambda row: version_words(row.newest)),
    Column("description", gettext_lazy("Description"), lambda row: row.description),
    Column("language", gettext_lazy("Language"), lambda row: language_words(row.language)),
    Column("evidence_on", gettext_lazy("Date of the document"), lambda row: row.evidence_on),
    Column("expires_on", gettext_lazy("Expires on"), lambda row: row.expires_on),
    Column("expiry", gettext_lazy("Expiry"), _expiry),
    Column("held", gettext_lazy("Legal hold"), _held),
    Column("added", gettext_lazy("Added on"), lambda row: row.created_at),
    Column("by", gettext_lazy("Added by"), lambda row: row.created_by_name),
    Column("from", gettext_lazy("From"), from_words),
    Column("status", gettext_lazy("Where it is"), lambda row: row.get_status_display()),
]


# --- filters --------------------------------------------------------------------------------------


def _filters(reading: Reading) -> list[Filter]:
    access = reading.access
    return [
        Filter(
            "q",
            gettext_lazy("Title, description, tag or text"),
            partial(documents_by_words, access, [one.pk for one in reading.accounts]),
        ),
        *account_filters(reading.accounts),
        Filter("type", gettext_lazy("Type"), _by_type, lambda: _type_choices(reading.types)),
        Filter("place", gettext_lazy("Place"), _by_place, lambda: PlaceKind.choices),
        Filter("criterion", gettext_lazy("Criterion, such as 2.3"), _by_criterion, is_rare=True),
        *_tag_filters(reading),
        Filter("by", gettext_lazy("Added by"), _by_person, is_rare=True),
        Filter("from", gettext_lazy("From"), _by_side, _side_choices, is_rare=True),
        Filter("added", gettext_lazy("Added"), _by_age, _age_choices, is_rare=True),
        Filter("expires", gettext_lazy("Expires"), _by_expiry, _expiry_choices),
        Filter("language", gettext_lazy("Language"), _by_language, languages, is_rare=True),
        Filter("use", gettext_lazy("Use"), _by_use, _use_choices, is_rare=True),
    ]


def _by_type(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(type=code)


def _type_choices(types: Iterable[DocumentType]) -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in types]


def _by_place(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return rows.filter(Exists(PlaceTag.objects.filter(document=OuterRef("pk"), kind=kind)))


def _by_criterion(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    places = PlaceTag.objects.filter(document=OuterRef("pk"), kind=PlaceKind.PROFILE, key=code)
    return rows.filter(Exists(places))


def _tag_filters(reading: Reading) -> list[Filter]:
    """Tags by name: one of several words, or all of them (D3). Words are compared as tags are."""
    every = partial(_by_all, reading.access)
    return [
        Filter("tag", gettext_lazy("Tag"), every, partial(_tags, reading)),
        Filter("all", gettext_lazy("All of these tags"), every, is_rare=True),
        Filter(
            "any", gettext_lazy("Any of these tags"), partial(_by_any, reading.access), is_rare=True
        ),
    ]


def _tags(reading: Reading) -> list[tuple[str, str]]:
    return [(word, word) for word in reading.tags]


def _words(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _tagged(access: Access, word: str) -> Exists:
    here = visible_taggings(access).select_related(None).filter(document=OuterRef("pk"))
    return Exists(here.filter(tag__folded=search.Folded(search.Value(word))))


def _by_all(access: Access, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in _words(text):
        rows = rows.filter(_tagged(access, word))
    return rows


def _by_any(access: Access, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    one_of = Q()
    for word in _words(text):
        one_of |= Q(_tagged(access, word))
    return rows.filter(one_of)


def _by_person(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(search.contains(word, "created_by_name"))
    return rows


def _by_side(rows: QuerySet[Any], side: str) -> QuerySet[Any]:
    return rows.filter(added_by=side)


def _side_choices() -> list[tuple[str, str]]:
    return [(AddedBy.PARTNER.value, _("The company")), (AddedBy.STAFF.value, _("CBP"))]


def _by_age(rows: QuerySet[Any], days: str) -> QuerySet[Any]:
    return rows.filter(created_at__gte=clock.now() - dt.timedelta(days=int(days)))


def _age_choices() -> list[tuple[str, str]]:
    return [(str(days), _("In the last %(n)s days") % {"n": days}) for days in _ADDED]


def _by_expiry(rows: QuerySet[Any], when: str) -> QuerySet[Any]:
    today = clock.today()
    if when == "over":
        return rows.filter(expires_on__lt=today)
    return rows.filter(expires_on__range=(today, today + dt.timedelta(days=int(when))))


def _expiry_choices() -> list[tuple[str, str]]:
    soon = [(str(days), _("Within %(n)s days") % {"n": days}) for days in _EXPIRING]
    return [("over", _("Already expired")), *soon]


def _by_language(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(language=code)


def _by_use(rows: QuerySet[Any], use: str) -> QuerySet[Any]:
    versions = DocumentVersion.objects.filter(document=OuterRef("pk"))
    used = Q()
    for query in used_versions():
        used |= Q(Exists(versions.filter(pk__in=query)))
    return rows.filter(used if use == "used" else ~used)


def _use_choices() -> list[tuple[str, str]]:
    return [("used", _("Used somewhere")), ("unused", _("Not used now"))]


def _away_filter() -> Filter:
    away = [one for one in DocumentStatus.choices if one[0] != DocumentStatus.IN_LIBRARY]
    return Filter("state", gettext_lazy("Where it is"), _by_state, lambda: away)


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(status=state)
