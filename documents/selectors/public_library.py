"""The public libraries as their readers find them (D1, D5).

Readers get the newest version whose file is clean, of what is published today. Everyone with a
trade account reads *Trade Public*; contacts read *C-TPAT Public*, as far as it is for a business
type of one of their accounts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from core import clock
from core.access import Access
from core.errors import NotVisible
from documents.models import LibraryVisit, PublicVersion
from documents.states import Library, PublicStatus
from files.states import ScanState
from security_models.models import BusinessTypeAccount
from security_models.selectors.workplaces import accounts_of_contact
from security_models.states import ENDED_STATUSES
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

#: After so long without a page of the library, the next one is another visit.
VISIT = dt.timedelta(minutes=30)


def is_shown(today: dt.date, prefix: str = "") -> Q:
    """A condition on documents, or on rows that have one: it is published today."""
    begun = Q(**{f"{prefix}publish_on": None}) | Q(**{f"{prefix}publish_on__lte": today})
    lasts = Q(**{f"{prefix}expires_on": None}) | Q(**{f"{prefix}expires_on__gte": today})
    return Q(**{f"{prefix}status": PublicStatus.PUBLISHED}) & begun & lasts


def is_contact(access: Access) -> bool:
    """Whether the reader is a contact of any C-TPAT account (D1)."""
    return accounts_of_contact(access.user_id).exists()


def shown_versions(access: Access) -> QuerySet[Any]:
    """What the reader finds in both libraries, each as the version that is read today."""
    rows = _clean().filter(is_shown(clock.today(), "document__"))
    newer = _clean().filter(document=OuterRef("document"), number__gt=OuterRef("number"))
    rows = rows.filter(~Exists(newer)).filter(_for_reader(access))
    return rows.annotate(fresh_at=Greatest("created_at", F("document__starts_at")))


def versions_in(access: Access, library: Library) -> QuerySet[Any]:
    """One library, each row with its document, type, file, and what replaces it."""
    shown = shown_versions(access).filter(document__library=library)
    newer = shown.filter(document__replaces=OuterRef("document")).order_by("-fresh_at")
    rows = shown.select_related("document__type", "file")
    return rows.annotate(replaced_by=Subquery(newer.values("title")[:1]))


def version_to_read(access: Access, version_id: uuid.UUID) -> PublicVersion:
    """A version that the reader finds today. Raises NotVisible for any other id: also for an
    earlier version, and for what was withdrawn, has expired or is not checked for malware.
    """
    found = shown_versions(access).filter(pk=version_id).select_related("file", "document")
    version: PublicVersion | None = found.first()
    if version is None:
        raise NotVisible("public document")
    return version


def _clean() -> QuerySet[PublicVersion]:
    return PublicVersion.objects.filter(file__state=ScanState.CLEAN)


def _for_reader(access: Access) -> Q:
    """A condition: the reader is in the audience. Each library asks for its own membership."""
    member = Membership.objects.filter(user=access.user_id, state=MembershipState.ACTIVE)
    found = Q(Exists(member), document__library=Library.TRADE)
    contact = accounts_of_contact(access.user_id)
    own = list(_types_of(access))
    every = Q(document__business_types=[]) | Q(document__business_types__overlap=own)
    return found | Q(Exists(contact), every, document__library=Library.CONTACTS)


def _types_of(access: Access) -> QuerySet[Any, Any]:
    """The business types of the accounts in which the reader is a contact, without ended ones."""
    rows = BusinessTypeAccount.objects.filter(
        security_model__in=accounts_of_contact(access.user_id)
    )
    types = rows.exclude(status__in=ENDED_STATUSES).values_list("business_type", flat=True)
    return types.order_by().distinct()


def visit_before(access: Access, library: Library) -> dt.datetime | None:
    """Until when the reader knows this library; None on the first visit."""
    row = LibraryVisit.objects.filter(user=access.user_id, library=library).first()
    if row is None:
        return None
    return row.before if clock.now() - row.last_at <= VISIT else row.last_at
