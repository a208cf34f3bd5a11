"""Public documents in words: the stage, the days, the audience."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.days import day
from core.text import filled, listed
from documents.models import PublicDocument
from documents.presentation.snippets import snippet
from documents.selectors.public_documents import (
    all_business_types,
    audience_counts,
    newest_versions,
    stage_of,
)
from documents.selectors.search import texts_with
from documents.states import Library
from security_models.states import ContactRole
from trade_accounts.states import MembershipType


def stage_word(document: PublicDocument) -> str:
    """The stage of a document today."""
    return str(stage_of(document).label)


def news_words(version: Any) -> str:
    """When readers found this version first: published, or updated since."""
    fresh = day(clock.program_date(version.fresh_at))
    if version.created_at > version.document.starts_at:
        return _("Updated %(day)s") % {"day": fresh}
    return _("Published %(day)s") % {"day": fresh}


def is_new(version: Any, before: dt.datetime | None) -> bool:
    """Whether a version came since the reader's last visit; on the first one nothing is marked."""
    return before is not None and version.fresh_at > before


def replaced_words(version: Any) -> str:
    """What replaces a document, for its readers."""
    if not version.replaced_by:
        return ""
    return filled(_("Replaced by “%(title)s”"), title=version.replaced_by)


def snippet_rows(documents: Iterable[PublicDocument], typed: str) -> list[tuple[Any, Any]]:
    """Each document with where the text of its newest version contains the typed words; two
    statements if words were typed, none without.
    """
    rows = list(documents)
    newest = newest_versions(rows) if typed else {}
    texts = texts_with((one.file for one in newest.values()), typed)
    found = {pk: texts.get(one.file_id, "") for pk, one in newest.items()}
    return [(one, snippet(found.get(one.pk, ""), typed)) for one in rows]


def audience_words(document: PublicDocument) -> str:
    """Whom a document is for."""
    if document.library == Library.TRADE:
        return _("Everyone with a trade account")
    if not document.business_types:
        return _("Contacts of all C-TPAT accounts")
    names = [name for slug, name in all_business_types() if slug in document.business_types]
    return filled(_("Contacts of accounts of these types: %(names)s"), names=listed(names))


def audience_rows(document: PublicDocument) -> list[tuple[str, str]]:
    """Each kind of reader, and how many of them can read the document now."""
    kinds: Any = MembershipType if document.library == Library.TRADE else ContactRole
    counts = audience_counts(document)
    rows = [(str(one.label), str(counts.get(one.value, 0))) for one in kinds]
    if document.library == Library.CONTACTS:
        rows.append((_("Users who are not contacts"), _("No")))
    return [*rows, (_("Staff"), _("All"))]
