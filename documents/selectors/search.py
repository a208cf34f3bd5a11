"""Finds documents by words: in titles, descriptions, tags, and in the text inside their files (D3).

The texts of an account are found by its id and then compared, folded as they were written, in files
each word once.
So a search costs what its own accounts hold, however many documents the program has, and row-level
security does not stand in the way of an index (ADR 23). Small typing errors are tolerated in titles
and descriptions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import ScopeKind
from core import search
from core.access import Access
from core.compiled import any_of
from documents.models import Document, PublicDocument, PublicVersion
from documents.selectors.tags import visible_taggings
from files.models import FileText, StoredFile

_SAID = ("title", "description")


def documents_by_words(
    access: Access, among: Sequence[uuid.UUID], rows: QuerySet[Any], text: str
) -> QuerySet[Any]:
    """Documents of these accounts that contain every word, as far as the actor may read them: in
    tags that are shared or the actor's own, and in no other.
    """
    return search.by_words(
        rows, text, exact=partial(_exact, access, among), similar=partial(_similar, among)
    )


def _exact(access: Access, among: Sequence[uuid.UUID], word: str) -> list[Q]:
    tagged = visible_taggings(access).select_related(None).filter(any_of("security_model", among))
    tagged = tagged.filter(search.folded_has(word, "tag__folded")).order_by()
    texts = FileText.objects.filter(any_of("scope_id", among), scope_kind=ScopeKind.SECURITY_MODEL)
    texts = texts.filter(search.folded_has(word, "words"))
    here = Document.objects.filter(any_of("security_model", among)).order_by()
    inside = here.filter(current__file__in=texts.values("file"))
    return [
        Q(search.folded_has(word, "folded")),
        Q(pk__in=tagged.values("document")),
        Q(pk__in=inside.values("pk")),
    ]


def _similar(among: Sequence[uuid.UUID], word: str) -> QuerySet[Any, Any]:
    here = Document.objects.filter(any_of("security_model", among))
    return here.filter(search.folded_similar(word, "folded")).order_by().values("pk")


# --- public documents -----------------------------------------------------------------------------


def public_versions_by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Versions whose title, description or text contains every word."""
    columns = ("title", "document__description")

    def exact(word: str) -> QuerySet[Any, Any]:
        inside = Exists(_texts_of_program(word).filter(file=OuterRef("file")))
        found = PublicVersion.objects.filter(Q(search.contains(word, *columns)) | Q(inside))
        return found.order_by().values("pk")

    def similar(word: str) -> QuerySet[Any, Any]:
        found = PublicVersion.objects.filter(search.similar(word, *columns))
        return found.order_by().values("pk")

    return search.by_words(rows, text, exact=exact, similar=similar)


def public_documents_by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Documents whose title or description, or the text of their newest version, contains every
    word.
    """

    def exact(word: str) -> QuerySet[Any, Any]:
        newer = PublicVersion.objects.filter(
            document=OuterRef("document"), number__gt=OuterRef("number")
        )
        newest = PublicVersion.objects.filter(~Exists(newer))
        inside = newest.filter(file__in=_texts_of_program(word).values("file"))
        found = Q(search.contains(word, *_SAID)) | Q(pk__in=inside.values("document"))
        return PublicDocument.objects.filter(found).order_by().values("pk")

    def similar(word: str) -> QuerySet[Any, Any]:
        found = PublicDocument.objects.filter(search.similar(word, *_SAID))
        return found.order_by().values("pk")

    return search.by_words(rows, text, exact=exact, similar=similar)


def _texts_of_program(word: str) -> QuerySet[FileText]:
    texts = FileText.objects.filter(scope_id=None, scope_kind=ScopeKind.PROGRAM)
    return texts.filter(search.folded_has(word, "words"))


# --- what was found -------------------------------------------------------------------------------


def texts_with(files: Iterable[StoredFile], text: str) -> dict[uuid.UUID, str]:
    """The texts of those files among these that contain one of the words, by the id of the file;
    one statement. The caller has read the files for this reader; only clean ones count (D5).
    """
    words = text.split()[: search.WORDS_AT_MOST]
    ids = [one.pk for one in files if one.is_clean]
    if not words or not ids:
        return {}
    found = reduce(or_, (Q(search.folded_has(word, "words")) for word in words))
    return dict(
        FileText.objects.filter(any_of("file", ids)).filter(found).values_list("file", "text")
    )
