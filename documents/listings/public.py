"""Lists of public documents: a library for its readers, and all of them for staff (D1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import moment
from core.listing import Column, Filter, Listing
from documents.checks.details import languages
from documents.models import DocumentType, PublicDocument
from documents.presentation.languages import language_words
from documents.presentation.public_rows import is_new, news_words, replaced_words, stage_word
from documents.selectors import public_documents
from documents.selectors.search import public_documents_by_words, public_versions_by_words
from documents.states import Library, PublicStage, PublicStatus

NEW = "new"


def reader_listing(before: dt.datetime | None, types: Sequence[DocumentType]) -> Listing:
    """A library for a reader who knows what was there until ``before``."""
    choices = [(one.code, one.name) for one in types]
    return Listing(
        columns=[
            Column("title", gettext_lazy("Title"), lambda row: row.title, ["title"]),
            Column("type", gettext_lazy("Type"), _type_of_version, ["document__type__name"]),
            Column("language", gettext_lazy("Language"), _language_of_version),
            Column("news", gettext_lazy("Date"), news_words, ["fresh_at"]),
        ],
        beneath=[
            Column(
                "new",
                gettext_lazy("New since your last visit"),
                lambda row: _("New since your last visit") if is_new(row, before) else "",
            ),
            Column("replaced", gettext_lazy("Replaced by"), replaced_words),
            Column("about", gettext_lazy("Description"), lambda row: row.document.description),
            Column("file", gettext_lazy("File"), lambda row: row.file.name),
            Column("size", gettext_lazy("Size"), lambda row: filesizeformat(row.file.size)),
            Column("sha256", gettext_lazy("SHA-256"), lambda row: row.file.sha256),
            Column("expires", gettext_lazy("Last day"), lambda row: row.document.expires_on),
        ],
        filters=[
            Filter("q", gettext_lazy("Title, description or text"), public_versions_by_words),
            Filter("type", gettext_lazy("Type"), partial(_by, "document__type"), lambda: choices),
            Filter(
                "language",
                gettext_lazy("Language"),
                partial(_by, "document__language"),
                languages,
            ),
            Filter("new", gettext_lazy("New"), partial(_newer, before), _new_choices),
        ],
        sort="-news",
    )


def _type_of_version(row: Any) -> str:
    return str(row.document.type.name)


def _language_of_version(row: Any) -> str:
    return language_words(row.document.language)


def _by(column: str, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(**{column: value})


def _newer(before: dt.datetime | None, rows: QuerySet[Any], _value: str) -> QuerySet[Any]:
    return rows.filter(fresh_at__gt=before) if before is not None else rows.none()


def _new_choices() -> list[tuple[str, str]]:
    return [(NEW, _("New since your last visit"))]


def _type_choices() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in public_documents.public_types()]


def _not_discarded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.exclude(status=PublicStatus.DISCARDED)


def _published(row: PublicDocument) -> str:
    return moment(row.starts_at) if row.starts_at is not None else ""


#: All public documents, for staff; *discarded* ones only if asked for.
PUBLIC_DOCUMENTS = Listing(
    columns=[
        Column("title", gettext_lazy("Title"), lambda row: row.title, ["title"]),
        Column(
            "library",
            gettext_lazy("Library"),
            lambda row: row.get_library_display(),
            ["library"],
        ),
        Column("type", gettext_lazy("Type"), lambda row: row.type.name, ["type__name"]),
        Column("state", gettext_lazy("State"), stage_word),
        Column("starts", gettext_lazy("From"), _published, ["starts_at"]),
        Column("ends", gettext_lazy("Last day"), lambda row: row.expires_on, ["expires_on"]),
        Column(
            "opened", gettext_lazy("Opened by"), lambda row: row.opened, ["opened"], numeric=True
        ),
        Column(
            "changed",
            gettext_lazy("Changed"),
            lambda row: moment(row.updated_at),
            ["updated_at"],
        ),
    ],
    beneath=[
        Column("about", gettext_lazy("Description"), lambda row: row.description),
        Column("language", gettext_lazy("Language"), lambda row: language_words(row.language)),
    ],
    filters=[
        Filter("q", gettext_lazy("Title, description or text"), public_documents_by_words),
        Filter(
            "library", gettext_lazy("Library"), partial(_by, "library"), lambda: Library.choices
        ),
        Filter(
            "state", gettext_lazy("State"), public_documents.in_stage, lambda: PublicStage.choices
        ),
        Filter("type", gettext_lazy("Type"), partial(_by, "type"), _type_choices),
        Filter("language", gettext_lazy("Language"), partial(_by, "language"), languages),
    ],
    sort="-changed",
    plain=_not_discarded,
)
