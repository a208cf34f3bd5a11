"""Reads tags: nobody sees another person's own (D3)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet, Value

from core.access import Access
from core.search import Folded
from documents.models import Tag, Tagging
from security_models.models import SecurityModel


def own_tags(access: Access) -> QuerySet[Tag]:
    """The words of the acting person, in all accounts; none for a key or the system."""
    if access.user_id is None:
        return Tag.objects.none()
    return Tag.objects.filter(user=access.user_id)


def tags_among(access: Access, model: SecurityModel, *, shared: bool) -> QuerySet[Tag]:
    """The tags of one account: those that its contacts share, or the actor's own."""
    rows = Tag.objects.filter(user=None) if shared else own_tags(access)
    return rows.filter(security_model=model)


def words_to_choose(access: Access, models: Iterable[SecurityModel]) -> list[str]:
    """The words that the actor can filter by in these accounts, each once: their own and shared
    ones; one statement.
    """
    rows = Tag.objects.filter(security_model__in=[one.pk for one in models])
    mine = rows.filter(user=None) | rows.filter(user=access.user_id)
    words: dict[str, str] = {}
    for folded, word in mine.order_by("folded", "pk").values_list("folded", "word"):
        words.setdefault(folded, word)
    return list(words.values())


def same_word(tags: QuerySet[Tag], word: str) -> Tag | None:
    """The tag of a word among these, however it is written."""
    return tags.filter(folded=Folded(Value(word))).first()


def tags_of(access: Access, documents: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Tag]]:
    """The tags that the actor sees on each of these documents; one statement."""
    found: defaultdict[uuid.UUID, list[Tag]] = defaultdict(list)
    for one in (
        visible_taggings(access).filter(document__in=list(documents)).order_by("tag__folded", "pk")
    ):
        found[one.document_id].append(one.tag)
    return dict(found)


def visible_taggings(access: Access) -> QuerySet[Tagging]:
    """Tags on documents, as far as the actor may know of them: shared ones and their own."""
    rows = Tagging.objects.select_related("tag")
    shared = rows.filter(user=None)
    return shared if access.user_id is None else shared | rows.filter(user=access.user_id)
