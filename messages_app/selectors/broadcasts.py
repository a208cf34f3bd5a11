"""Reads messages to many partners: who can get one, and what became of it for each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.compiled import any_of
from core.errors import NotVisible
from identity.states import StaffRole
from messages_app.models import Broadcast, BroadcastRow
from messages_app.policies import P
from security_models.models import BusinessTypeAccount, Contact, SecurityModel
from security_models.selectors.workplaces import accounts_worked_in
from security_models.states import BusinessTypeStatus as Status
from trade_accounts.states import MembershipState

#: A partner of which every business type has one of these no longer takes part.
_ENDED = (Status.WITHDRAWN, Status.REMOVED, Status.NOT_ACCEPTED, Status.LAPSED)


def writable(access: Access, ids: Sequence[uuid.UUID]) -> list[SecurityModel]:
    """Those of the chosen partners to whom the actor may write, by name; others are ignored."""
    if not access.has(P.SEE_INBOX):
        return []
    return list(accounts_worked_in(access).filter(any_of("pk", list(ids))))


def reasons_against(models: Sequence[SecurityModel]) -> Mapping[uuid.UUID, str]:
    """Why some of the partners can't get a message; one statement."""
    people = Contact.objects.filter(
        security_model=OuterRef("pk"),
        membership__state=MembershipState.ACTIVE,
        membership__user__disabled_at=None,
        membership__user__isnull=False,
    )
    types = BusinessTypeAccount.objects.filter(security_model=OuterRef("pk"))
    rows = SecurityModel.objects.filter(any_of("pk", [one.pk for one in models]))
    rows = rows.annotate(
        is_read=Exists(people),
        takes_part=Exists(types.exclude(status__in=_ENDED)),
        any=Exists(types),
    )
    found: dict[uuid.UUID, str] = {}
    for pk, is_read, takes_part, has_types in rows.values_list(
        "pk", "is_read", "takes_part", "any"
    ):
        if not is_read:
            found[pk] = _("No contact has accepted and can sign in: nobody would read it.")
        elif has_types and not takes_part:
            found[pk] = _("The account no longer takes part in the program.")
    return found


def broadcasts_of(access: Access) -> QuerySet[Any]:
    """The messages to many that the actor sent; for management, of everyone. With their counts."""
    rows = Broadcast.objects.all()
    if not access.has(P.SEE_INBOX):
        return rows.none()
    if StaffRole.MANAGEMENT not in access.roles:
        rows = rows.filter(author=access.user_id)
    return rows.annotate(
        partners=Count("rows"),
        sent=Count("rows", filter=Q(rows__thread__isnull=False)),
        waiting=Count("rows", filter=Q(rows__done_at=None)),
        not_sent=Count("rows", filter=Q(rows__done_at__isnull=False, rows__thread=None)),
    )


def broadcast_of(access: Access, broadcast_id: uuid.UUID) -> Any:
    """One of them. Raises NotVisible for any other."""
    row = broadcasts_of(access).filter(pk=broadcast_id).first()
    if row is None:
        raise NotVisible("broadcast")
    return row


def rows_of(broadcast: Broadcast) -> QuerySet[BroadcastRow]:
    """What became of the message for each partner, ready for a list."""
    rows = BroadcastRow.objects.filter(broadcast=broadcast)
    return rows.select_related("broadcast", "security_model__trade_account")


def waiting_rows() -> QuerySet[BroadcastRow]:
    """The rows that wait for a worker; none while their message is stopped."""
    return BroadcastRow.objects.filter(done_at=None, broadcast__stopped_at=None)


def due_rows(broadcast_id: uuid.UUID | None = None) -> list[uuid.UUID]:
    """Their ids, as far as they are due, the oldest first; of one message, or of all."""
    rows = waiting_rows().filter(next_attempt_at__lte=clock.now())
    if broadcast_id is not None:
        rows = rows.filter(broadcast=broadcast_id)
    return list(rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:2_000])
