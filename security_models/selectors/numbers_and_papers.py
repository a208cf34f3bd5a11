"""Reads numbers and papers of a model, and where else its numbers are used."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, Q, QuerySet

from audit.models import What
from audit.selectors import Altered, Found, fact_altered
from core.access import Access
from core.crypto import keyed_hash
from core.errors import NotVisible
from files.models import StoredFile
from security_models.models import (
    EntityIdentifier,
    IdentifierType,
    SecurityModel,
    SecurityModelGrant,
    SupportingPaper,
)


def value_hash(type: IdentifierType, value: str) -> str:
    """The hash by which numbers are compared; the same for every form of one field."""
    return keyed_hash(f"identifier:{type.field}", value)


def identifiers_of(model: SecurityModel) -> list[EntityIdentifier]:
    """The business entity identifiers of a model, by kind, in the order they were added."""
    return list(in_order(EntityIdentifier.objects.filter(security_model=model)))


def in_order(rows: QuerySet[EntityIdentifier]) -> QuerySet[EntityIdentifier]:
    """Numbers with their types, by kind, in the order they were added."""
    return rows.select_related("type").order_by("type__position", "added_at", "pk")


def papers_of(model: SecurityModel) -> list[SupportingPaper]:
    """The supporting papers of a model that were not removed, oldest first.

    Raises Altered if a paper or its file is not the one that was uploaded (P8).
    """
    rows = SupportingPaper.objects.filter(security_model=model).annotate(
        altered=fact_altered(SupportingPaper, "pk"), file_altered=fact_altered(StoredFile, "file")
    )
    papers: list[Any] = list(kept_papers(rows.select_related("file")))
    found = [_found(SupportingPaper, one.pk) for one in papers if one.altered]
    found += [_found(StoredFile, one.file_id) for one in papers if one.file_altered]
    if found:
        raise Altered(found)
    return papers


def kept_papers(rows: QuerySet[SupportingPaper]) -> QuerySet[SupportingPaper]:
    """Supporting papers that were not removed, oldest first."""
    return rows.filter(removed_at=None).order_by("added_at", "pk")


def _found(model: type[Model], row_id: uuid.UUID) -> Found:
    return Found(model._meta.db_table, str(row_id), What.ALTERED)


def paper_of(model: SecurityModel, paper_id: uuid.UUID) -> SupportingPaper:
    """One paper of a model. Raises NotVisible for any other."""
    rows = SupportingPaper.objects.filter(security_model=model, removed_at=None)
    paper = rows.select_related("file").filter(pk=paper_id).first()
    if paper is None:
        raise NotVisible("paper")
    return paper


#: A code invites one account to apply; no other account can use it.
INVITATION_FIELD = "INVITATION"


def in_sister_accounts(
    access: Access, model: SecurityModel, entered: Iterable[EntityIdentifier]
) -> list[EntityIdentifier]:
    """Numbers that other C-TPAT accounts of the same company have and this one lacks, each once.

    They are offered, and copied only if the user selects them. Only accounts that the actor can
    open count, and never those of another trade account. Personal numbers are not offered.
    """
    mine = SecurityModelGrant.objects.filter(user_id=access.user_id, user__is_active=True)
    rows = EntityIdentifier.objects.filter(
        security_model__trade_account_id=model.trade_account_id,
        security_model_id__in=mine.values("content_object_id"),
        type__masked=False,
    ).exclude(Q(security_model=model) | Q(type__field=INVITATION_FIELD))
    seen = {(one.type_id, one.value_hash) for one in entered}
    found = []
    rows = rows.select_related("type", "security_model")
    for one in rows.order_by("type__position", "added_at", "pk"):
        if (one.type_id, one.value_hash) not in seen:
            seen.add((one.type_id, one.value_hash))
            found.append(one)
    return found


#: The number of other accounts that are named beside a number.
MOST_ELSEWHERE = 50


def held_elsewhere(model: SecurityModel, hashes: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """The other C-TPAT accounts that have these numbers, by kind and hash, in words; for staff
    only, who see all of them (domain 2).
    """
    rows = EntityIdentifier.objects.filter(value_hash__in=list(hashes))
    rows = rows.exclude(security_model=model).select_related("security_model__trade_account")
    found: dict[tuple[str, str], list[str]] = {}
    for one in rows.order_by("security_model__trade_account__name", "pk"):
        named = found.setdefault((one.type_id, one.value_hash), [])
        if len(named) < MOST_ELSEWHERE:
            other = one.security_model
            named.append(f"{other.trade_account.name} ({other.reference})")
    return found


def open_elsewhere(
    access: Access, model: SecurityModel, hashes: Iterable[str]
) -> list[EntityIdentifier]:
    """Where else the actor can see these numbers: other models that the actor can open (domain 2).

    Partners never learn of accounts that they cannot open.
    """
    hashes = list(hashes)
    if not hashes:
        return []
    mine = SecurityModelGrant.objects.filter(user_id=access.user_id, user__is_active=True)
    rows = EntityIdentifier.objects.filter(
        value_hash__in=hashes, security_model_id__in=mine.values("content_object_id")
    ).exclude(security_model=model)
    if access.only_trade_account_id is not None:
        rows = rows.filter(security_model__trade_account_id=access.only_trade_account_id)
    return list(rows.select_related("type", "security_model__trade_account").order_by("added_at"))
