"""One act on many documents: each is done or refused by itself, with the reason (D3, D4, D6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access
from core.errors import NotAllowed, NotVisible, Refused, refusal, refuse
from core.text import one_line
from documents.models import Document, Tag
from documents.policies import P, closed_problems
from documents.selectors.tags import same_word, tags_among
from documents.services.moves import move_document
from documents.services.tags import tag_documents, untag_documents
from documents.states import BulkAct, DocumentStatus
from security_models import grants

#: So many documents one act reaches; the list has the rest.
AT_ONCE = 500
_MOVES = {BulkAct.ARCHIVE: "archive", BulkAct.RESTORE: "restore"}
#: The move that brings a document back to where it was.
_BACK = {
    DocumentStatus.IN_LIBRARY: "restore",
    DocumentStatus.ARCHIVED: "archive",
    DocumentStatus.IN_TRASH: "delete",
}
_OPPOSITE = {BulkAct.TAG: BulkAct.UNTAG, BulkAct.UNTAG: BulkAct.TAG}


@dataclass(frozen=True)
class Done:
    """What became of one document; ``problem`` says why nothing was changed, or is empty.

    ``undo`` is the move or the act that takes it back, empty if nothing changed; ``at`` is the
    moment of a move, so that only this one is taken back.
    """

    document_id: uuid.UUID
    problem: str = ""
    undo: str = ""
    at: str = ""


@dataclass(frozen=True)
class Wanted:
    """An act with what it needs: the word of a tag, and whether all contacts share it."""

    act: BulkAct
    word: str = ""
    shared: bool = False


@transaction.atomic
def act_on_documents(*, actor: Access, documents: Sequence[Document], wanted: Wanted) -> list[Done]:
    """Tag, untag, archive or restore documents that the actor sees, of any of their accounts.

    Each document is done as a whole or not at all, and a refused one stops no other. Raises Refused
    if the word of a tag is refused; then nothing is changed in any account.
    """

    def act(inside: Access, some: list[Document]) -> Iterator[Done]:
        if wanted.act in _MOVES:
            return _moved(inside, some, _MOVES[wanted.act])
        return _tagged(inside, some, wanted)

    return _by_account(actor, documents, act)


@transaction.atomic
def undo_on_documents(
    *, actor: Access, documents: Sequence[Document], wanted: Wanted, done: Sequence[Done]
) -> list[Done]:
    """Take back what an act changed, with the rights that the actor has now. What the act left as
    it was stays so, and what was moved again since then is refused by itself.
    """
    changed = {one.document_id: one for one in done if one.undo}

    def act(inside: Access, some: list[Document]) -> Iterator[Done]:
        if wanted.act in _MOVES:
            return _moved_back(inside, some, changed)
        return _tagged(inside, some, replace(wanted, act=_OPPOSITE[wanted.act]))

    return _by_account(actor, [one for one in documents if one.pk in changed], act)


def _by_account(
    actor: Access,
    documents: Sequence[Document],
    act: Callable[[Access, list[Document]], Iterator[Done]],
) -> list[Done]:
    """Act in each account as the actor's rights are there; the results in the given order."""
    by_account = sorted(documents, key=lambda one: (str(one.security_model_id), str(one.pk)))
    done: list[Done] = []
    for model_id, group in groupby(by_account, key=lambda one: one.security_model_id):
        some = list(group)
        try:
            inside = _entered(actor, model_id)
        except NotVisible:
            done += [Done(one.pk, _gone()) for one in some]
        else:
            done += act(inside, some)
    order = {one.pk: place for place, one in enumerate(documents)}
    return sorted(done, key=lambda one: order[one.document_id])


def _entered(actor: Access, model_id: uuid.UUID) -> Access:
    """The actor inside the account of the documents, whose rights are asked there."""
    inside = actor.roots.get("security_model")
    return actor if inside is not None and inside.pk == model_id else grants.enter(actor, model_id)


def _moved(actor: Access, documents: list[Document], move: str) -> Iterator[Done]:
    model = actor.security_model
    before = _statuses(actor, documents)

    def moved(document: Document) -> Done:
        now = move_document(actor=actor, model=model, document_id=document.pk, move=move)
        was = before[now.pk].status
        if was == now.status:
            return Done(now.pk)
        return Done(now.pk, undo=_BACK[DocumentStatus(was)], at=_moment(now))

    for one in documents:
        yield _one(one, moved)


def _moved_back(
    actor: Access, documents: list[Document], changed: Mapping[uuid.UUID, Done]
) -> Iterator[Done]:
    now = _statuses(actor, documents)

    def moved(document: Document) -> Done:
        pk, done = document.pk, changed[document.pk]
        if pk in now and _moment(now[pk]) != done.at:
            words = _("This document was moved again since then. Nothing was changed.")
            raise refusal("moved_again", words)
        move_document(actor=actor, model=actor.security_model, document_id=pk, move=done.undo)
        return Done(pk)

    for one in documents:
        yield _one(one, moved)


def _statuses(actor: Access, documents: list[Document]) -> dict[uuid.UUID, Document]:
    """The documents as they are now, locked in the order of their ids."""
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[one.pk for one in documents], security_model=actor.security_model
    )
    return {one.pk: one for one in rows.order_by("pk")}


def _moment(document: Document) -> str:
    return document.status_at.isoformat() if document.status_at is not None else ""


def _tagged(actor: Access, documents: list[Document], wanted: Wanted) -> Iterator[Done]:
    """One statement for each account, because a tag is refused for its word and not for a
    document; what is in the trash takes none.
    """
    try:
        actor.require(P.SHARE_TAGS if wanted.shared else P.READ)
        if wanted.shared:
            refuse(closed_problems(actor.security_model, actor))
    except NotAllowed as refused:
        yield from (Done(one.pk, _not_allowed(refused)) for one in documents)
        return
    except Refused as refused:
        yield from (Done(one.pk, _words_of(refused)) for one in documents)
        return
    ids = [one.pk for one in documents]
    if wanted.act == BulkAct.UNTAG:
        yield from _untagged(actor, ids, wanted)
        return
    there = Document.objects.filter(pk__in=ids, security_model=actor.security_model)
    there = there.exclude(status=DocumentStatus.IN_TRASH)
    taggable = set(there.values_list("pk", flat=True))
    had = _carrying(_tag_of(actor, wanted), taggable)
    if taggable:
        tag_documents(
            actor=actor,
            model=actor.security_model,
            documents=sorted(taggable),
            word=wanted.word,
            shared=wanted.shared,
        )
    in_trash = _("This document is in the trash. Return it to the library first.")
    for pk in ids:
        if pk in taggable:
            yield Done(pk, undo="" if pk in had else BulkAct.UNTAG.value)
        else:
            yield Done(pk, in_trash)


def _untagged(actor: Access, ids: list[uuid.UUID], wanted: Wanted) -> Iterator[Done]:
    tag = _tag_of(actor, wanted)
    carrying = _carrying(tag, ids)
    if tag is not None and carrying:
        model = actor.security_model
        untag_documents(actor=actor, model=model, documents=sorted(carrying), tag_id=tag.pk)
    for pk in ids:
        if pk in carrying:
            yield Done(pk, undo=BulkAct.TAG.value)
        else:
            yield Done(pk, _("It does not have this tag."))


def _tag_of(actor: Access, wanted: Wanted) -> Tag | None:
    among = tags_among(actor, actor.security_model, shared=wanted.shared)
    return same_word(among, one_line(wanted.word).strip())


def _carrying(tag: Tag | None, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these documents have the tag."""
    if tag is None:
        return set()
    return set(tag.taggings.filter(document__in=ids).values_list("document_id", flat=True))


def _one(document: Document, act: Callable[[Document], Done]) -> Done:
    """Act on one document in a savepoint of its own: what is refused leaves nothing behind."""
    try:
        with transaction.atomic():
            return act(document)
    except Refused as refused:
        return Done(document.pk, _words_of(refused))
    except NotAllowed as refused:
        return Done(document.pk, _not_allowed(refused))
    except NotVisible:
        return Done(document.pk, _gone())


def _words_of(refused: Refused) -> str:
    return " ".join(str(one.message) for one in refused.problems)


def _not_allowed(refused: NotAllowed) -> str:
    return _("You can't %(what)s. Nothing was changed.") % {"what": refused.what}


def _gone() -> str:
    return _("This document is no longer there.")
