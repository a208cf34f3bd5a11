"""Reads tags: nobody sees another person's own (D3)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet, Value

from core.access import Access
from core.errors import NotVisible
from core.search import Folded
from documents.models import Tag, Tagging
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in


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


def tag_to_change(access: Access, tag_id: uuid.UUID) -> Tag:
    """A tag of the actor's own, or one that the contacts of an account of theirs share. Raises
    NotVisible for any other; staff change no shared one.
    """
    rows = Tag.objects.select_related("security_model__trade_account")
    found = rows.filter(user=access.user_id, user__isnull=False, pk=tag_id).first()
    if found is None and not access.is_staff:
        mine = accounts_worked_in(access).values("pk")
        found = rows.filter(user=None, security_model__in=mine, pk=tag_id).first()
    if found is None:
        raise NotVisible("tag")
    return found


def equal_tags(access: Access, tag: Tag) -> QuerySet[Tag]:
    """A tag, and if it is the actor's own those of the same word in the other accounts."""
    if tag.is_shared:
        return Tag.objects.filter(pk=tag.pk)
    return own_tags(access).filter(folded=tag.folded)


def tags_to_change(access: Access) -> list[Any]:
    """Every tag that the actor may change, each own word once, with ``carried``: how many documents
    carry it; two statements.
    """
    rows = Tag.objects.select_related("security_model__trade_account")
    rows = rows.annotate(carried=Count("taggings"))
    words: dict[str, Any] = {}
    for one in rows.filter(user=access.user_id, user__isnull=False).order_by("folded", "pk"):
        first = words.setdefault(one.folded, one)
        if first is not one:
            first.carried += one.carried
    if access.is_staff:
        return list(words.values())
    mine = accounts_worked_in(access).values("pk")
    shared = rows.filter(user=None, security_model__in=mine)
    return [*words.values(), *shared.order_by("folded", "pk")]


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
