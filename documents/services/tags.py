"""Puts tags on documents: each person's own words, and those that the contacts share (D3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.errors import NotVisible, refusal, refuse
from core.search import Folded
from core.text import filled, is_blank, one_line
from documents.models import WORD_LENGTH, Document, Tag, Tagging
from documents.policies import P, closed_problems
from documents.selectors.tags import equal_tags, same_word, tag_to_change, tags_among
from documents.services.recording import record_change
from documents.states import DocumentStatus
from security_models.models import SecurityModel

#: So many tags one person, or one account, can have.
MOST_TAGS = 500


@transaction.atomic
def tag_documents(
    *, actor: Access, model: SecurityModel, documents: Sequence[uuid.UUID], word: str, shared: bool
) -> int:
    """Tag documents of an account with a word; how many did not have it yet.

    The word becomes one of the actor's own, or with ``shared`` one that all contacts see. The same
    word in other letters is the same tag. Raises NotVisible if one of the documents is not there.
    """
    _require(actor, model, shared=shared)
    found = list(
        Document.objects.filter(pk__in=documents, security_model=model).exclude(
            status=DocumentStatus.IN_TRASH
        )
    )
    if len(found) != len(set(documents)):
        raise NotVisible("document")
    tag = _tag(actor, model, word, shared=shared)
    have = set(Tagging.objects.filter(tag=tag).values_list("document_id", flat=True))
    fresh = [one for one in found if one.pk not in have]
    Tagging.objects.bulk_create(
        [
            Tagging(
                tag=tag,
                document=one,
                security_model=model,
                user_id=tag.user_id,
                tagged_at=clock.now(),
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )
    if shared:
        for one in fresh:
            record_change("tagged", actor, one, word=tag.word)
    return len(fresh)


@transaction.atomic
def untag_documents(
    *, actor: Access, model: SecurityModel, documents: Sequence[uuid.UUID], tag_id: uuid.UUID
) -> int:
    """Take a tag off documents; how many had it. A tag that nothing carries is forgotten."""
    tag = visible_tag(actor, model, tag_id)
    _require(actor, model, shared=tag.is_shared)
    rows = Tagging.objects.filter(tag=tag, security_model=model, document__in=documents)
    carrying = list(Document.objects.filter(pk__in=rows.values("document")))
    rows.delete()
    if tag.is_shared:
        for one in carrying:
            record_change("untagged", actor, one, word=tag.word)
    if not tag.taggings.exists():
        tag.delete()
    return len(carrying)


@transaction.atomic
def rename_tag(*, actor: Access, tag_id: uuid.UUID, to: str, merge: bool) -> str:
    """Give a tag another word: a person's own in all accounts, a shared one in its account. Returns
    the new word.

    Where there is a tag of that word already, the two become one, which the actor confirms with
    ``merge``; without it, Refused says how many documents that concerns.
    """
    tag = tag_to_change(actor, tag_id)
    to, before = _clean(to), tag.word
    changed = list(equal_tags(actor, tag).select_related("security_model"))
    among = Tag.objects.filter(user=tag.user_id)
    if tag.is_shared:
        among = among.filter(security_model=tag.security_model_id)
    if not merge:
        same = among.filter(folded=Folded(Value(to)))
        _refuse_to_merge(same.exclude(pk__in=[one.pk for one in changed]))
    for one in changed:
        _give_word(one, among.filter(security_model=one.security_model_id), to)
    if tag.is_shared:
        _record_of_tag("renamed", actor, tag, before=before, word=to)
    return to


@transaction.atomic
def delete_tag(*, actor: Access, tag_id: uuid.UUID) -> str:
    """Take a tag off all documents, a person's own in all accounts. Returns its word."""
    tag = tag_to_change(actor, tag_id)
    equal_tags(actor, tag).delete()
    if tag.is_shared:
        _record_of_tag("deleted", actor, tag, word=tag.word)
    return tag.word


def _record_of_tag(what: str, actor: Access, tag: Tag, **words: str) -> None:
    record(
        f"documents.tag_{what}",
        actor=actor,
        scope=model_scope(tag.security_model_id),
        subject=("tag", tag.pk),
        **words,
    )


def _refuse_to_merge(others: QuerySet[Tag]) -> None:
    """There are tags of the new word already: becoming one is for the actor to decide."""
    found = list(others)
    if found:
        words = _(
            "The tag “%(word)s” is on %(n)s documents already. Choose “Merge” to make the two one."
        )
        carried = Tagging.objects.filter(tag__in=found).count()
        raise refusal("merge", filled(words, word=found[0].word, n=carried), "word")


def _give_word(tag: Tag, among: QuerySet[Tag], word: str) -> None:
    other = same_word(among.exclude(pk=tag.pk), word)
    if other is None:
        tag.word = word
        tag.save(update_fields=["word"])
        return
    tag.taggings.exclude(document__in=other.taggings.values("document")).update(tag=other)
    tag.delete()


def visible_tag(actor: Access, model: SecurityModel, tag_id: uuid.UUID) -> Tag:
    """A tag of this account that the actor sees: their own, or one that is shared. Raises
    NotVisible for any other.
    """
    here = Tag.objects.filter(security_model=model)
    mine = here.filter(user=None) | here.filter(user=actor.user_id)
    found = mine.filter(pk=tag_id).first()
    if found is None:
        raise NotVisible("tag")
    return found


def _require(actor: Access, model: SecurityModel, *, shared: bool) -> None:
    actor.require(P.SHARE_TAGS if shared else P.READ)
    if actor.security_model.pk != model.pk:
        raise NotVisible("security_model")
    if shared:
        refuse(closed_problems(model, actor))


def _clean(word: str) -> str:
    word = one_line(word).strip()
    if is_blank(word):
        raise refusal("word", _("Enter a word for the tag."), "word")
    if len(word) > WORD_LENGTH:
        words = _("Shorten the tag to %(n)s characters.") % {"n": WORD_LENGTH}
        raise refusal("word", words, "word")
    if "," in word:
        raise refusal("word", _("A tag has no comma. Add one tag at a time."), "word")
    return word


def _tag(actor: Access, model: SecurityModel, word: str, *, shared: bool) -> Tag:
    """The tag of that word; made if there is none."""
    word = _clean(word)
    among = tags_among(actor, model, shared=shared)
    found = same_word(among, word)
    if found is not None:
        return found
    if among.count() >= MOST_TAGS:
        words = _("There are %(n)s tags already. Use one of them, or delete one first.")
        raise refusal("many", words % {"n": MOST_TAGS}, "word")
    user_id = None if shared else actor.user_id
    try:
        with transaction.atomic():
            return Tag.objects.create(
                security_model=model, user_id=user_id, word=word, made_at=clock.now()
            )
    except IntegrityError:  # at the same moment in another tab, or by a colleague
        made = same_word(among, word)
        if made is None:
            raise
        return made
