"""Reads documents for lists and for their own pages, as far as the actor may see them (D1, D6)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.scopes import model_scope
from audit.selectors import Entry, events_for, timeline
from core import clock
from core.access import Access
from core.compiled import any_of
from core.errors import NotVisible
from documents.models import Document, DocumentVersion
from documents.states import AddedBy, DocumentStatus
from files.states import ScanState
from identity.states import StaffRole
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.selectors.workplaces import accounts_worked_in
from security_models.states import ENDED_STATUSES


def documents_of(access: Access, trade_account_id: uuid.UUID | None = None) -> QuerySet[Document]:
    """The documents of the accounts in which the actor works, in every state, each with account,
    type and file.
    """
    rows: QuerySet[Document] = Document.objects.select_related(
        "security_model__trade_account", "type", "current__file"
    )
    if not (access.is_staff and StaffRole.MANAGEMENT in access.roles) or trade_account_id:
        # Read first: ids reach the index of each account, a subquery of ids does not.
        accounts = accounts_worked_in(access, trade_account_id)
        rows = rows.filter(any_of("security_model", list(accounts.values_list("pk", flat=True))))
    return rows


def documents_in(model: SecurityModel) -> QuerySet[Document]:
    """The documents of one account, in every state."""
    rows: QuerySet[Document] = Document.objects.filter(security_model=model).select_related(
        "security_model__trade_account", "type", "current__file"
    )
    return rows


def document_of(model: SecurityModel, document_id: uuid.UUID) -> Document:
    """One document of the account of the page. Raises NotVisible for any other id."""
    found = documents_in(model).filter(pk=document_id).first()
    if found is None:
        raise NotVisible("document")
    return found


def versions_of(document: Document) -> list[DocumentVersion]:
    """All versions of a document with their files, newest first."""
    return list(document.versions.select_related("file").order_by("-number"))


#: Files that are not blocked.
USABLE = [ScanState.CLEAN, ScanState.QUARANTINED]


def history_of(
    access: Access, document: Document, versions: Iterable[DocumentVersion]
) -> list[Entry]:
    """What happened to a document, to its versions and their files, newest first, at most a
    hundred events. Staff also read who looked at it and downloaded it.
    """
    subjects = [document.pk]
    for one in versions:
        subjects += [one.pk, one.file_id]
    events = events_for(model_scope(document.security_model_id), access=access)
    return list(timeline(events.filter(any_of("subject_id", subjects))[:100]))


#: A document that expired longer ago was reminded of, or is old on purpose.
LONG_OVER = dt.timedelta(days=30)


def of_open_account(account: str = "security_model") -> Q:
    """A condition on rows of an account: not all of its business types have ended."""
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef(account))
    return Q(Exists(types.exclude(status__in=ENDED_STATUSES))) | Q(~Exists(types))


def expiring_documents(latest: dt.date) -> QuerySet[Document]:
    """The documents that expire until that day, or expired within a month, without those of
    accounts that are closed: nobody renews them.
    """
    rows = Document.objects.filter(
        of_open_account(),
        status=DocumentStatus.IN_LIBRARY,
        added_by=AddedBy.PARTNER,
        expires_on__range=(clock.today() - LONG_OVER, latest),
    )
    return rows.select_related("security_model__trade_account").order_by("expires_on", "pk")


def same_newest(model: SecurityModel, sha256: str) -> Document | None:
    """A document in the library of this account that shows this content as its newest version: an
    older version, or what is archived, would hand over something else.
    """
    rows = documents_in(model).filter(
        status=DocumentStatus.IN_LIBRARY,
        current__file__sha256=sha256,
        current__file__state__in=USABLE,
    )
    return rows.order_by("created_at", "pk").first()


def same_content(model: SecurityModel, sha256: str) -> Document | None:
    """A document of this account with the same content in any of its versions, to be used instead
    of a second one; what is in the trash or was blocked does not count.
    """
    same = DocumentVersion.objects.filter(
        document=OuterRef("pk"),
        file__sha256=sha256,
        file__state__in=USABLE,
    )
    rows = documents_in(model).exclude(status=DocumentStatus.IN_TRASH)
    return rows.filter(Exists(same)).order_by("created_at", "pk").first()
