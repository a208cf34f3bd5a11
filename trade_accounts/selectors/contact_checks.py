"""When users and contacts of a company were last looked over, and when that is due again."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from audit.models import Event
from audit.selectors import events_for
from audit.services import account_scope
from core import clock
from core.access import Access
from trade_accounts.models import TradeAccount
from trade_accounts.states import SetUp

CHECK = "contacts_check"

_CHECKED = "trade_accounts.contacts_checked"
#: What happens to people of an account (trade_accounts.events).
_OF_PEOPLE = [
    f"trade_accounts.{kind}"
    for kind in (
        "member_invited",
        "member_joined",
        "member_declined",
        "member_changed",
        "member_type_changed",
        "member_ended",
        "invitation_withdrawn",
        "person_replaced",
    )
]


def _began(account: TradeAccount) -> dt.date:
    return account.contacts_checked_on or clock.program_date(account.created_at)


def due_on(account: TradeAccount) -> dt.date:
    """The day from which the company is asked to look over its users and contacts."""
    return clock.clock(CHECK).due(_began(account))


def is_due(account: TradeAccount) -> bool:
    """Whether that day has come."""
    return clock.today() >= due_on(account)


def was_asked(account: TradeAccount) -> bool:
    """Whether the administrators were asked since the year began."""
    return account.contacts_asked_on is not None and account.contacts_asked_on > _began(account)


def unasked(day: dt.date) -> QuerySet[TradeAccount]:
    """Finished accounts whose year is over on a day and whose administrators were not asked."""
    made = TruncDate("created_at", tzinfo=clock.PROGRAM_ZONE)
    rows = TradeAccount.objects.filter(set_up=SetUp.DONE, closed_at=None).annotate(
        began=Coalesce("contacts_checked_on", made)
    )
    asked_not = Q(contacts_asked_on=None) | Q(contacts_asked_on__lte=F("began"))
    over = Q(began__lte=clock.clock(CHECK).latest_start(day))
    return rows.filter(asked_not, over).order_by("pk")


def people_changes(access: Access, most: int) -> list[Event]:
    """What happened to the people of the current account since the last check, newest first."""
    account: TradeAccount = access.trade_account
    events = events_for(account_scope(account.pk), access=access)
    checks = events.filter(kind=_CHECKED).order_by("-at").values_list("at", flat=True)
    changes = events.filter(kind__in=_OF_PEOPLE)
    last = checks.first()
    return list((changes if last is None else changes.filter(at__gt=last))[:most])
