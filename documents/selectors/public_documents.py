"""Public documents as staff see them: the list, one document, whom it is for, who opened it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audit.selectors import Entry, events_for, timeline
from audit.services import PROGRAM
from core import clock
from core.access import Access
from core.errors import NotVisible
from documents.models import DocumentType, PublicDocument, PublicVersion
from documents.policies import P
from documents.selectors.public_library import is_shown
from documents.states import AddedBy, Library, PublicStage, PublicStatus
from files.states import ScanState
from identity.models import User
from identity.states import SetUpStep
from security_models.models import BusinessType, BusinessTypeAccount, Contact
from security_models.states import ENDED_STATUSES
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

#: What only those who publish see.
_UNPUBLISHED = (PublicStatus.DRAFT, PublicStatus.DISCARDED)


def all_public(access: Access) -> QuerySet[PublicDocument]:
    """Every public document, with how many people opened it; drafts only for those who publish."""
    access.require(P.READ_ALL_PUBLIC)
    rows = PublicDocument.objects.select_related("type").annotate(opened=Count("readers"))
    if not access.has(P.PUBLISH):
        rows = rows.exclude(status__in=_UNPUBLISHED)
    return rows


def public_for_staff(access: Access, document_id: uuid.UUID) -> Any:
    """One of them. Raises NotVisible for any other."""
    found = all_public(access).select_related("type", "replaces").filter(pk=document_id).first()
    if found is None:
        raise NotVisible("public_document")
    return found


def public_versions(document: PublicDocument) -> list[PublicVersion]:
    """All versions with their files, newest first."""
    return list(document.versions.select_related("file").order_by("-number"))


def newest_versions(documents: Sequence[PublicDocument]) -> dict[uuid.UUID, PublicVersion]:
    """The newest version of each of these documents with its file, by the id of the document; one
    statement.
    """
    rows = PublicVersion.objects.filter(document__in=[one.pk for one in documents])
    rows = rows.select_related("file").order_by("document", "-number").distinct("document")
    return {one.document_id: one for one in rows}


def has_clean_version(document: PublicDocument) -> bool:
    """Whether there is a version that readers could open (D5)."""
    return document.versions.filter(file__state=ScanState.CLEAN).exists()


def version_for_staff(access: Access, version_id: uuid.UUID) -> PublicVersion:
    """A version, also an earlier one, of a document that the actor sees."""
    rows = PublicVersion.objects.select_related("file", "document")
    found = rows.filter(pk=version_id, document__in=all_public(access).values("pk")).first()
    if found is None:
        raise NotVisible("public_document")
    return found


def stage_of(document: PublicDocument) -> PublicStage:
    """What a document is today."""
    if document.status != PublicStatus.PUBLISHED:
        return PublicStage(document.status)
    today = clock.today()
    if document.publish_on is not None and document.publish_on > today:
        return PublicStage.SCHEDULED
    over = document.expires_on is not None and document.expires_on < today
    return PublicStage.EXPIRED if over else PublicStage.SHOWN


def in_stage(rows: QuerySet[Any], stage: str) -> QuerySet[Any]:
    """Documents that are at a stage today."""
    today = clock.today()
    published = rows.filter(status=PublicStatus.PUBLISHED)
    scheduled = Q(publish_on__isnull=False, publish_on__gt=today)
    narrowed = {
        PublicStage.SCHEDULED: published.filter(scheduled),
        PublicStage.SHOWN: rows.filter(is_shown(today)),
        PublicStage.EXPIRED: published.filter(expires_on__lt=today).exclude(scheduled),
    }
    return narrowed.get(PublicStage(stage), rows.filter(status=stage))


def history_of(access: Access, document: PublicDocument) -> list[Entry]:
    """What happened to a document, newest first."""
    events = events_for(PROGRAM, access=access).filter(
        subject_kind="public_document", subject_id=document.pk
    )
    return list(timeline(events[:100]))


def public_types() -> list[DocumentType]:
    """The types of what is published: those that staff add."""
    return list(DocumentType.objects.filter(added_by=AddedBy.STAFF).order_by("position"))


def all_business_types() -> list[tuple[str, str]]:
    """Every business type by its name."""
    return list(BusinessType.objects.order_by("position").values_list("pk", "name"))


def replaceable(document: PublicDocument | None = None) -> list[PublicDocument]:
    """What a document can replace: what was published and is not withdrawn."""
    rows = PublicDocument.objects.filter(status=PublicStatus.PUBLISHED)
    if document is not None:
        rows = rows.exclude(pk=document.pk)
    return list(rows.order_by("title", "pk")[:500])


def replacement_of(document: PublicDocument) -> PublicDocument | None:
    """The document that readers find in its place today."""
    rows = PublicDocument.objects.filter(is_shown(clock.today()), replaces=document)
    return rows.order_by("-starts_at").first()


def audience_counts(document: PublicDocument) -> dict[str, int]:
    """How many people of each kind can read it now: members by their type in the library of all
    users, contacts by their role in that of contacts.
    """
    if document.library == Library.TRADE:
        return _counted(_members(), "type", "user")
    return _counted(_contacts(document), "role", "membership__user")


def people_reading(document: PublicDocument) -> QuerySet[User]:
    """Everyone who can read it now and who can sign in."""
    users = User.objects.filter(set_up_step=SetUpStep.DONE)
    if document.library == Library.TRADE:
        return users.filter(Exists(_members().filter(user=OuterRef("pk"))))
    return users.filter(Exists(_contacts(document).filter(membership__user=OuterRef("pk"))))


#: People who can sign in.
_ABLE = {"user__is_active": True, "user__disabled_at": None}


def _members() -> QuerySet[Membership]:
    return Membership.objects.filter(state=MembershipState.ACTIVE, **_ABLE)


def _contacts(document: PublicDocument) -> QuerySet[Contact]:
    """The contacts of the accounts that a document is for."""
    able: dict[str, Any] = {f"membership__{name}": value for name, value in _ABLE.items()}
    contacts = Contact.objects.filter(membership__state=MembershipState.ACTIVE, **able)
    if document.business_types:
        types = BusinessTypeAccount.objects.filter(business_type__in=document.business_types)
        types = types.exclude(status__in=ENDED_STATUSES)
        contacts = contacts.filter(security_model__in=types.values("security_model"))
    return contacts


def _counted(rows: QuerySet[Any], kind: str, person: str) -> dict[str, int]:
    found = rows.order_by().values(kind).annotate(people=Count(person, distinct=True))
    return dict(found.values_list(kind, "people"))
