"""One act on many documents: each is done or refused by itself, with the reason (D3, D4, D6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access
from core.errors import NotAllowed, NotVisible, Refused
from documents.models import Document
from documents.policies import P
from documents.selectors.tags import same_word, tags_among
from documents.services.moves import move_document
from documents.services.tags import tag_documents, untag_documents
from documents.states import BulkAct, DocumentStatus
from security_models import grants

#: So many documents one act reaches; the list has the rest.
AT_ONCE = 500
_MOVES = {BulkAct.ARCHIVE: "archive", BulkAct.RESTORE: "restore"}


@dataclass(frozen=True)
class Done:
    """What became of one document; ``problem`` says why nothing was changed, or is empty."""

    document_id: uuid.UUID
    problem: str = ""


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
    by_account = sorted(documents, key=lambda one: (str(one.security_model_id), str(one.pk)))
    done: list[Done] = []
    for _model, some in groupby(by_account, key=lambda one: one.security_model_id):
        done += _in_account(actor, list(some), wanted)
    order = {one.pk: place for place, one in enumerate(documents)}
    return sorted(done, key=lambda one: order[one.document_id])


def _in_account(actor: Access, documents: list[Document], wanted: Wanted) -> Iterator[Done]:
    try:
        inside = _entered(actor, documents[0].security_model_id)
    except NotVisible:
        yield from (Done(one.pk, _gone()) for one in documents)
        return
    if wanted.act in _MOVES:
        yield from _moved(inside, documents, _MOVES[wanted.act])
    else:
        yield from _tagged(inside, documents, wanted)


def _entered(actor: Access, model_id: uuid.UUID) -> Access:
    """The actor inside the account of the documents, whose rights are asked there."""
    inside = actor.roots.get("security_model")
    return actor if inside is not None and inside.pk == model_id else grants.enter(actor, model_id)


def _moved(actor: Access, documents: list[Document], move: str) -> Iterator[Done]:
    model = actor.security_model

    def moved(document: Document) -> None:
        move_document(actor=actor, model=model, document_id=document.pk, move=move)

    for one in documents:
        yield _one(one, moved)


def _tagged(actor: Access, documents: list[Document], wanted: Wanted) -> Iterator[Done]:
    """One statement for each account, because a tag is refused for its word and not for a
    document; what is in the trash takes none.
    """
    try:
        actor.require(P.SHARE_TAGS if wanted.shared else P.READ)
    except NotAllowed as refused:
        yield from (Done(one.pk, _not_allowed(refused)) for one in documents)
        return
    ids = [one.pk for one in documents]
    if wanted.act == BulkAct.UNTAG:
        yield from _untagged(actor, ids, wanted)
        return
    there = Document.objects.filter(pk__in=ids, security_model=actor.security_model)
    there = there.exclude(status=DocumentStatus.IN_TRASH)
    taggable = set(there.values_list("pk", flat=True))
    if taggable:
        tag_documents(
            actor=actor,
            model=actor.security_model,
            documents=sorted(taggable),
            word=wanted.word,
            shared=wanted.shared,
        )
    in_trash = _("This document is in the trash. Return it to the library first.")
    yield from (Done(pk, "" if pk in taggable else in_trash) for pk in ids)


def _untagged(actor: Access, ids: list[uuid.UUID], wanted: Wanted) -> Iterator[Done]:
    model = actor.security_model
    tag = same_word(tags_among(actor, model, shared=wanted.shared), wanted.word)
    carrying: set[uuid.UUID] = set()
    if tag is not None:
        carrying = set(tag.taggings.filter(document__in=ids).values_list("document_id", flat=True))
        untag_documents(actor=actor, model=model, documents=ids, tag_id=tag.pk)
    yield from (Done(pk, "" if pk in carrying else _("It does not have this tag.")) for pk in ids)


def _one(document: Document, act: Callable[[Document], None]) -> Done:
    """Act on one document in a savepoint of its own: what is refused leaves nothing behind."""
    try:
        with transaction.atomic():
            act(document)
    except Refused as refused:
        return Done(document.pk, " ".join(str(one.message) for one in refused.problems))
    except NotAllowed as refused:
        return Done(document.pk, _not_allowed(refused))
    except NotVisible:
        return Done(document.pk, _gone())
    return Done(document.pk)


def _not_allowed(refused: NotAllowed) -> str:
    return _("You can't %(what)s. Nothing was changed.") % {"what": refused.what}


def _gone() -> str:
    return _("This document is no longer there.")
