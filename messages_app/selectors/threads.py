"""Reads the threads that a person may read, and whether this person has read them (M1, M2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from core.access import Access
from core.compiled import any_of
from core.errors import NotVisible
from identity.states import StaffRole
from messages_app.models import Reading, Thread
from messages_app.states import ThreadKind
from security_models.models import Contact, SecurityModel, StaffAssignment
from security_models.policies import covering, in_charge
from security_models.selectors.workplaces import accounts_of_contact, accounts_worked_in
from trade_accounts.states import MembershipState


def threads_of(access: Access, trade_account_id: uuid.UUID | None = None) -> QuerySet[Thread]:
    """The threads that the actor reads, each with ``is_unread`` for this person."""
    rows: QuerySet[Thread] = Thread.objects.select_related(
        "security_model__trade_account", "colleague"
    )
    if not (access.is_staff and StaffRole.MANAGEMENT in access.roles) or trade_account_id:
        # Read first: ids reach the index of each account, a subquery of ids does not.
        accounts = accounts_worked_in(access, trade_account_id)
        rows = rows.filter(any_of("security_model", list(accounts.values_list("pk", flat=True))))
    return with_unread(rows, access)


def newest_of(access: Access, model: SecurityModel, most: int) -> list[Any]:
    """The newest conversations of one account with ``is_unread``; one statement."""
    rows = Thread.objects.filter(security_model=model, kind=ThreadKind.CONVERSATION)
    rows = rows.select_related("security_model__trade_account", "colleague")
    return list(with_unread(rows, access).order_by("-last_message_at")[:most])


def with_unread(rows: QuerySet[Any], access: Access) -> QuerySet[Any]:
    """Threads with whether they hold something that the actor has not read.

    What was written before a person became a contact, or looked after the account, does not count
    as unread. Management reads along with everyone: only what they have opened before becomes
    unread again.
    """
    mine = _unread_readings(access.user_id).filter(thread=OuterRef("pk"))
    return rows.annotate(is_unread=Exists(mine))


def _unread_readings(user_id: Any) -> QuerySet[Reading]:
    return Reading.objects.filter(user=user_id, newest_at__gt=F("read_until")).order_by()


def readers_of(model_id: uuid.UUID) -> list[uuid.UUID]:
    """Who reads the messages of an account as part of their work: its contacts who have accepted,
    its specialist, and who covers for the specialist today. One statement.
    """
    contacts = Contact.objects.filter(
        security_model=model_id,
        membership__state=MembershipState.ACTIVE,
        membership__user__isnull=False,
    )
    assigned = StaffAssignment.objects.filter(security_model=model_id, ended_at=None)
    covers = covering().filter(staff__in=assigned.values("staff"), cover__isnull=False)
    people = contacts.order_by().values_list("membership__user", flat=True)
    staff = assigned.order_by().values_list("staff", flat=True)
    return list(people.union(staff, covers.order_by().values_list("cover", flat=True)))


def unread_threads(user_id: Any, reader: str) -> QuerySet[Reading]:
    """A row for each conversation that holds something which a person of that kind
    (:func:`reader_of`) has not read. What the portal says by itself is counted as a notice.
    """
    rows = _unread_readings(user_id).filter(thread__kind=ThreadKind.CONVERSATION)
    if reader == "contact":
        rows = rows.filter(security_model__in=accounts_of_contact(user_id).values("pk"))
    elif reader == "specialist":
        mine = StaffAssignment.objects.filter(in_charge(user_id)).values("security_model")
        rows = rows.filter(security_model__in=mine)
    return rows


def reader_of(access: Access) -> str:
    """Which accounts' threads count as unread: those of a contact, of a specialist, or for
    management of all.
    """
    if not access.is_staff:
        return "contact"
    return "specialist" if StaffRole.SCSS in access.roles else "management"


def thread_of(access: Access, thread_id: uuid.UUID) -> Thread:
    """One thread of the account of the page. Raises NotVisible for any other."""
    model = access.security_model
    rows = Thread.objects.filter(pk=thread_id, security_model=model)
    row = rows.select_related("security_model__trade_account", "colleague").first()
    if row is None:
        raise NotVisible("thread")
    return row
