"""The lists of the organization profile: users and addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.days import day
from core.listing import Column, Filter, Listing
from core.mailboxes import shown_address
from core.search import contains
from trade_accounts.forms.sheet_of_users import shown_of
from trade_accounts.providers.reactions import counted_contacts, uses_of
from trade_accounts.selectors import type_choices
from trade_accounts.states import MembershipState, MembershipType

#: A filter beside the states of a membership: the person's sign-in is disabled (R7).
DISABLED = "disabled"


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    names = ("first_name", "last_name", "email", "title")
    own, of_user = contains(text, *names), contains(text, *(f"user__{name}" for name in names))
    return rows.filter(Q(own) | Q(of_user))


def _of_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Active people are those who can work: a disabled one is found under Disabled."""
    if state == DISABLED:
        return rows.filter(state=MembershipState.ACTIVE, user__disabled_at__isnull=False)
    if state == MembershipState.ACTIVE:
        return rows.filter(state=state, user__disabled_at=None)
    return rows.filter(state=state)


def _states() -> Sequence[tuple[str, Any]]:
    return [*MembershipState.choices[:2], (DISABLED, _("Disabled")), *MembershipState.choices[2:]]


def state_words(member: Any) -> str:
    """The state of a member as people read it."""
    disabled = member.is_open and member.user is not None and member.user.disabled_at is not None
    return _("Disabled") if disabled else str(member.get_state_display())


def _failing_since(member: Any) -> dt.date | None:
    since = member.emails_fail_since if member.is_open else None
    return localtime(since).date() if since else None


def _signed_in(member: Any) -> dt.datetime | None:
    """When the person last signed in; nothing is told of someone who has not accepted (R5)."""
    at: dt.datetime | None = member.user.signed_in_at if member.user is not None else None
    return at


def invitation_words(member: Any) -> str:
    """Until when an invitation can be accepted, or that it no longer can; empty for others."""
    if member.state != MembershipState.INVITED:
        return ""
    if member.is_expired:
        return _("The time to accept has passed.")
    return _("Can accept until %(day)s.") % {"day": day(localtime(member.invited_until).date())}


def _add_contacts(members: Sequence[Any]) -> None:
    counts = counted_contacts([one.pk for one in members])
    now = clock.now()
    for one in members:
        one.contact_count = counts.get(one.pk, 0)
        is_invited = one.state == MembershipState.INVITED
        one.is_expired = is_invited and (one.invited_until is None or one.invited_until <= now)
        one.invitation_words = invitation_words(one)


USERS = Listing(
    columns=[
        Column("name", gettext_lazy("Name"), lambda m: m.name, ["last_name", "first_name"]),
        Column(
            "email", gettext_lazy("Email address"), lambda m: shown_address(m.address), ["email"]
        ),
        Column("title", gettext_lazy("Title"), lambda m: m.position, ["title"]),
        Column("type", gettext_lazy("Type"), lambda m: m.get_type_display(), ["type"]),
        Column("signed_in", gettext_lazy("Last sign-in"), _signed_in, ["user__signed_in_at"]),
        Column(
            "contacts", gettext_lazy("C-TPAT accounts"), lambda m: m.contact_count, numeric=True
        ),
        Column(
            "state",
            gettext_lazy("State"),
            state_words,
            ["state_order", "last_name", "first_name"],
        ),
    ],
    filters=[
        Filter("q", gettext_lazy("Name or address"), _named),
        Filter(
            "type",
            gettext_lazy("Type"),
            lambda rows, value: rows.filter(type=value),
            lambda: MembershipType.choices,
        ),
        Filter("state", gettext_lazy("State"), _of_state, _states),
    ],
    sort="state",
    beneath=[
        Column("salutation", gettext_lazy("Salutation"), lambda m: shown_of(m)["salutation"]),
        Column("first_name", gettext_lazy("First name"), lambda m: shown_of(m)["first_name"]),
        Column("last_name", gettext_lazy("Last name"), lambda m: shown_of(m)["last_name"]),
        Column("phone", gettext_lazy("Phone number"), lambda m: m.telephone),
        Column("invitation", gettext_lazy("Invitation"), invitation_words),
        Column("fails", gettext_lazy("Emails have been coming back since"), _failing_since),
    ],
    complete=_add_contacts,
)


def _add_uses(addresses: Sequence[Any]) -> None:
    names = {one.code: str(one.name) for one in type_choices()}
    uses = uses_of([one.pk for one in addresses])
    for one in addresses:
        one.type_names = [names.get(code, code) for code in one.types]
        one.used_by = uses.get(one.pk, [])


def _used_by(address: Any) -> str:
    return "; ".join(one.reference for one in address.used_by)


ADDRESSES = Listing(
    columns=[
        Column("address", gettext_lazy("Address"), str, ["created_at"]),
        Column("types", gettext_lazy("Type"), lambda a: "; ".join(a.type_names)),
        Column("used_by", gettext_lazy("Used by C-TPAT accounts"), _used_by),
    ],
    filters=[
        Filter(
            "q",
            gettext_lazy("Name or address"),
            lambda rows, text: rows.filter(
                contains(text, "name", "street1", "street2", "city", "postal_code")
            ),
        ),
        Filter(
            "type",
            gettext_lazy("Type"),
            lambda rows, value: rows.filter(types__contains=[value]),
            lambda: [(one.code, one.name) for one in type_choices()],
        ),
    ],
    sort="address",
    page_size=100,
    beneath=[
        Column("name", gettext_lazy("Name"), lambda a: a.name),
        Column("street1", gettext_lazy("Street line 1"), lambda a: a.street1),
        Column("street2", gettext_lazy("Street line 2"), lambda a: a.street2),
        Column("city", gettext_lazy("City"), lambda a: a.city),
        Column("state", gettext_lazy("State"), lambda a: a.state_name),
        Column("postal_code", gettext_lazy("Postal code"), lambda a: a.postal_code),
        Column("country", gettext_lazy("Country"), lambda a: a.country_name),
        Column("id", gettext_lazy("Portal ID"), lambda a: str(a.pk)),
    ],
    complete=_add_uses,
)
