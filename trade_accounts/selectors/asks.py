"""Reads who can do a reserved act, and who was asked: one query for both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import Problem
from core.text import filled
from identity.asking import REMIND_AFTER
from trade_accounts.models import Ask, Membership
from trade_accounts.providers.reserved_acts import Act, act_named, page_of
from trade_accounts.states import MembershipState


@dataclass(frozen=True)
class Asked:
    """An open request: by whom, when first and last, and the note."""

    by: str
    on: dt.datetime
    last: dt.datetime
    note: str

    @property
    def again_from(self) -> dt.datetime:
        """The time from which the person can be reminded."""
        return self.last + REMIND_AFTER

    @property
    def may_remind(self) -> bool:
        """Whether the person can be asked again now."""
        return clock.now() >= self.again_from


@dataclass(frozen=True)
class Person:
    """Someone to whom the act is reserved: ready to act, invited, or disabled."""

    membership_id: Any
    user_id: Any
    name: str
    state: str
    asked: Asked | None


@dataclass(frozen=True)
class Asking:
    """What a page says about a reserved act to someone who cannot do it."""

    act: Act
    root: Any
    mine: bool
    people: tuple[Person, ...]
    problems: tuple[Problem, ...] = ()
    names_others: bool = False
    invites_others: bool = False
    namers: tuple[str, ...] = field(default=())

    @cached_property
    def ready(self) -> list[Person]:
        """Those who can act now."""
        return [one for one in self.people if one.state == "ready"]

    @cached_property
    def waiting(self) -> list[Person]:
        """Those who have not accepted their invitation."""
        return [one for one in self.people if one.state == "invited"]

    @cached_property
    def disabled(self) -> list[Person]:
        """Those whose sign-in is disabled."""
        return [one for one in self.people if one.state == "disabled"]

    @cached_property
    def asked(self) -> list[Person]:
        """Those who were asked; none while the act cannot be done."""
        return [] if self.problems else [one for one in self.ready if one.asked]

    @cached_property
    def to_ask(self) -> list[Person]:
        """Those who can be asked now, or reminded."""
        if self.problems:
            return []
        return [one for one in self.ready if one.asked is None or one.asked.may_remind]

    @property
    def names(self) -> list[str]:
        """The names of those who can act now."""
        return [one.name for one in self.ready]

    @property
    def label(self) -> str:
        """The words of the button: "Ask Ana Diaz or Ben Ode to sign and submit"."""
        names = [one.name for one in self.to_ask]
        who = _(" or ").join(names) if len(names) < 3 else _("someone")
        about = {"who": who, "verb": self.act.said_of(self.root)}
        if names and all(one.asked for one in self.to_ask):
            return filled(_("Remind %(who)s to %(verb)s"), **about)
        return filled(_("Ask %(who)s to %(verb)s"), **about)

    @property
    def url(self) -> str:
        """The page to ask someone."""
        return ask_url(self.act, self.root)

    @property
    def here(self) -> str:
        """The page of the act."""
        return self.act.url(self.root)

    @property
    def back(self) -> str:
        """Where a reader continues without asking anyone."""
        return self.act.seen_at(self.root) if self.act.seen_at else self.here

    @property
    def naming_url(self) -> str:
        """The page to name such a person, or the page to ask for it."""
        if not self.act.named_through:
            return ""
        through = act_named(self.act.named_through, self.act.root)
        return through.url(self.root) if self.names_others else ask_url(through, self.root)

    @property
    def inviting_url(self) -> str:
        """The page to send an invitation again: the users, or the page to ask for it."""
        through = act_named("users", "trade_account")
        account = getattr(self.root, "trade_account", self.root)
        return through.url(account) if self.invites_others else ask_url(through, account)


def ask_url(act: Act, root: Any) -> str:
    """The page to ask someone for an act."""
    return page_of(act, getattr(root, "trade_account_id", root.pk), str(root.pk))


def people_for(act: Act, root: Any) -> tuple[Person, ...]:
    """The people to whom the act is reserved, by name, with what they were asked; one query."""
    account_id = getattr(root, "trade_account_id", root.pk)
    asks = Ask.objects.filter(
        scope_id=root.pk, act=act.code, membership=OuterRef("pk"), ended_at=None
    )
    rows: Any = Membership.objects.filter(
        act.holders(root),
        trade_account_id=account_id,
        state__in=[MembershipState.ACTIVE, MembershipState.INVITED],
    )
    rows = rows.annotate(open_asks=ArraySubquery(asks.values(json=_JSON)))
    rows = rows.select_related("user").order_by("last_name", "first_name", "pk").distinct()
    return tuple(_person(row) for row in rows)


_JSON = JSONObject(by="asked_by_name", on="asked_at", last="last_asked_at", note="note")


def _person(row: Any) -> Person:
    state = "ready"
    if row.state == MembershipState.INVITED or row.user is None:
        state = "invited"
    elif row.user.disabled_at is not None:
        state = "disabled"
    asked = asked_from(row.open_asks[0]) if row.open_asks else None
    return Person(row.pk, row.user_id, row.name, state, asked)


def asked_from(one: dict[str, Any]) -> Asked:
    """A request from a JSON annotation."""
    first, last = parse_datetime(one["on"]), parse_datetime(one["last"])
    if first is None or last is None:
        raise ValueError(one)
    return Asked(one["by"], first, last, one["note"])


def asking(
    access: Access, code: str, root_name: str, *, problems: list[Problem] | None = None
) -> Asking:
    """What to tell the reader about an act; pass ``problems`` if the caller knows what blocks it.

    One query; one more, if there is nobody, to name those who can name such people.
    """
    act, root = act_named(code, root_name), access.root(root_name)
    people = people_for(act, root)
    through = act_named(act.named_through, act.root) if act.named_through else None
    namers: tuple[str, ...] = ()
    if through is not None and not any(one.state == "ready" for one in people):
        namers = tuple(one.name for one in people_for(through, root) if one.state == "ready")
    invites = act_named("users", "trade_account").permission
    return Asking(
        act=act,
        root=root,
        mine=access.has(act.permission),
        people=people,
        problems=tuple(act.blockers(root) if problems is None else problems),
        names_others=through is not None and access.has(through.permission),
        invites_others=access.has(invites),
        namers=namers,
    )
