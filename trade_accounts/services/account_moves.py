"""What becomes of people, addresses, keys and saved lists in a merge or a split (T9)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.account_moves import Effect, Mover, Plan
from core.ids import new_id
from core.text import filled
from trade_accounts import grants
from trade_accounts.machine import MEMBERSHIP
from trade_accounts.models import (
    AccountMark,
    Address,
    ApiKey,
    Ask,
    Invitation,
    Membership,
    SavedView,
    TradeAccount,
)
from trade_accounts.selectors.people import STAYING
from trade_accounts.services.hierarchy import begin_like
from trade_accounts.services.members import mail_invitation
from trade_accounts.services.saved_views import free_name
from trade_accounts.states import AskOutcome, MembershipState


@dataclass(frozen=True)
class Meeting:
    """A person with a membership in both accounts of a merge: which one ends, and which counts."""

    ends: Membership
    stays: Membership


def _open_members(account_id: uuid.UUID) -> list[Membership]:
    rows = Membership.objects.filter(trade_account_id=account_id, state__in=STAYING)
    return list(rows.select_related("user").order_by("last_name", "first_name", "pk"))


def same_person(members: Iterable[Membership]) -> Callable[[Membership], Membership | None]:
    """Finds among ``members`` the membership of the same person: the same user, or else the same
    address.
    """
    by_user = {one.user_id: one for one in members if one.user_id is not None}
    by_email = {one.address.lower(): one for one in members}

    def find(one: Membership) -> Membership | None:
        same_user = by_user.get(one.user_id) if one.user_id is not None else None
        return same_user or by_email.get(one.address.lower())

    return find


def meetings(plan: Plan) -> list[Meeting]:
    """The people of both accounts. The membership in the survivor counts with its type: a merge
    raises nobody's role (R3). Only an invitation there gives way to a membership here.
    """
    found = []
    there = same_person(_open_members(plan.target))
    for one in _open_members(plan.source):
        twin = there(one)
        if twin is None:
            continue
        accepted_here = one.state == MembershipState.ACTIVE
        if accepted_here and twin.state == MembershipState.INVITED:
            found.append(Meeting(ends=twin, stays=one))
        else:
            found.append(Meeting(ends=one, stays=twin))
    return found


# --- in words -------------------------------------------------------------------------------------


def preview(plan: Plan) -> Sequence[Effect]:
    """What would happen to people, addresses, keys, requests and saved lists."""
    return _merged(plan) if plan.closes else _split(plan)


def _met(one: Meeting) -> str:
    """Who is in both, and which of two types counts: a merge can take one from a person."""
    ends, stays = str(one.ends.get_type_display()), str(one.stays.get_type_display())
    if ends == stays:
        return _typed(one.stays)
    words = _("%(name)s (%(stays)s; no longer %(ends)s)")
    return filled(words, name=one.stays.name, stays=stays, ends=ends)


def _typed(member: Membership) -> str:
    kind = str(member.get_type_display())
    if member.state == MembershipState.INVITED:
        return filled(_("%(name)s (%(type)s, invited)"), name=member.name, type=kind)
    return filled("%(name)s (%(type)s)", name=member.name, type=kind)


def _merged(plan: Plan) -> list[Effect]:
    met = meetings(plan)
    ending = {one.ends.pk for one in met}
    going = [one for one in _open_members(plan.source) if one.pk not in ending]
    keys = ApiKey.objects.filter(trade_account_id=plan.source, revoked_at=None)
    below = TradeAccount.objects.filter(parent_id=plan.source).order_by("name", "pk")
    return [
        Effect(
            "users",
            _("Users who move, with their type"),
            tuple(map(_typed, going)),
            asked_by=tuple(map(_inviter, going)),
        ),
        *_ending_invitations(met),
        Effect(
            "users_in_both",
            _("Users of both accounts, with the type that they have from then on"),
            tuple(map(_met, met)),
        ),
        Effect("addresses", _("Addresses that move"), _addresses(_kept_addresses(plan.source))),
        Effect(
            "keys",
            _("API keys that move"),
            tuple(_key(one) for one in keys.select_related("user").order_by("name", "pk")),
            _("Each key then reaches what its owner reaches in the account that stays."),
        ),
        Effect("children", _("Subsidiaries that move"), tuple(one.name for one in below)),
        *_asks(plan, met),
    ]


def _inviter(member: Membership) -> uuid.UUID | None:
    """Who waits for an answer to an invitation."""
    return member.added_by_id if member.state == MembershipState.INVITED else None


def _ending_invitations(met: Sequence[Meeting]) -> list[Effect]:
    ending = [one.ends for one in met if one.ends.state == MembershipState.INVITED]
    words = _("Invitations that end, because the person is in the other account")
    names, askers = tuple(one.name for one in ending), tuple(map(_inviter, ending))
    return [Effect("invitations_ended", words, names, asked_by=askers)] if names else []


def _asks(plan: Plan, met: Sequence[Meeting]) -> list[Effect]:
    """Open requests to a person: those that follow, and those that the person has there already."""
    rows = Ask.objects.filter(trade_account_id=plan.source, ended_at=None)
    twins = {one.ends.pk: one.stays.pk for one in met}
    moving: list[Ask] = []
    ending: list[Ask] = []
    for ask in rows.select_related("membership__user").order_by("asked_at", "pk"):
        scope_id = plan.target if ask.scope_id == plan.source else ask.scope_id
        person = twins.get(ask.membership_id, ask.membership_id)
        same = Ask.objects.filter(
            scope_id=scope_id, act=ask.act, membership=person, ended_at=None
        ).exclude(pk=ask.pk)
        (ending if same.exists() else moving).append(ask)
    return [
        *ask_effect("asks", _("Requests to a person that move along"), moving),
        *ask_effect("asks_ended", _("Requests to a person that end, asked there too"), ending),
    ]


def ask_effect(code: str, words: str, asks: Sequence[Ask]) -> list[Effect]:
    """Requests to a person, each by who asked whom; nothing if there are none."""
    line = _("%(asker)s asked %(person)s")
    names = tuple(filled(line, asker=one.asked_by_name, person=one.membership.name) for one in asks)
    askers = tuple(one.asked_by_id for one in asks)
    return [Effect(code, words, names, asked_by=askers)] if names else []


def _key(key: ApiKey) -> str:
    return filled("%(key)s (%(name)s)", key=key.name, name=key.user.name)


def _addresses(rows: QuerySet[Address]) -> tuple[str, ...]:
    return tuple(str(one) for one in rows.order_by("created_at", "pk"))


def _kept_addresses(account_id: uuid.UUID) -> QuerySet[Address]:
    return Address.objects.filter(trade_account_id=account_id, removed_at=None)


def _split(plan: Plan) -> list[Effect]:
    people = [one for one in _open_members(plan.source) if one.pk in plan.members]
    chosen = _kept_addresses(plan.source).filter(pk__in=plan.addresses)
    return [
        Effect(
            "users",
            _("Users of the new account, with their type"),
            tuple(map(_typed, people)),
            _("They stay in the account that is split, too."),
        ),
        Effect(
            "addresses",
            _("Addresses that the new account gets as copies"),
            _addresses(chosen),
            _("The account that is split keeps its own."),
        ),
    ]


# --- in the database ------------------------------------------------------------------------------


def move(plan: Plan, actor: Access) -> None:
    """Do what :func:`preview` says, and bring the grants of both accounts up to date."""
    if plan.closes:
        _merge(plan, actor)
    else:
        _copy(plan, actor)
    for account in TradeAccount.objects.filter(pk__in=[plan.source, plan.target]):
        grants.sync(account)


def _merge(plan: Plan, actor: Access) -> None:
    met = meetings(plan)
    for one in met:
        MEMBERSHIP.apply("merge", one.ends, actor=actor, ended_at=clock.now())
    ended = [one.ends.pk for one in met]
    unused = Invitation.objects.filter(membership__in=ended, used_at=None, ended_at=None)
    unused.update(ended_at=clock.now())
    here = {"trade_account_id": plan.source}
    for table in (Membership, Invitation, Address, ApiKey):
        rows: QuerySet[Any] = table._base_manager.filter(**here)
        rows.update(trade_account_id=plan.target)
    _move_asks(plan, {one.ends.pk: one.stays.pk for one in met})
    _move_saved_views(plan)
    _move_marks(plan)
    TradeAccount.objects.filter(parent_id=plan.source).update(parent_id=plan.target)


def _move_asks(plan: Plan, twins: dict[uuid.UUID, uuid.UUID]) -> None:
    """Open requests follow the person who was asked; one that the person has already, ends."""
    asks = Ask.objects.filter(trade_account_id=plan.source).order_by("asked_at", "pk")
    for ask in asks:
        ask.membership_id = twins.get(ask.membership_id, ask.membership_id)
        ask.scope_id = plan.target if ask.scope_id == plan.source else ask.scope_id
        ask.trade_account_id = plan.target
        asked = {"scope_id": ask.scope_id, "act": ask.act, "membership_id": ask.membership_id}
        others = Ask.objects.filter(**asked, ended_at=None).exclude(pk=ask.pk)
        if ask.ended_at is None and others.exists():
            ask.ended_at, ask.outcome = clock.now(), AskOutcome.WITHDRAWN
        ask.save()


def _move_saved_views(plan: Plan) -> None:
    """Saved lists show the same list of the survivor; a name that its owner has there gets the name
    of the closed account added.
    """
    before, after = f"/t/{plan.source}/", f"/t/{plan.target}/"
    views = SavedView.objects.filter(path__startswith=before).select_related("trade_account")
    closed = TradeAccount.objects.values_list("name", flat=True).get(pk=plan.source)
    for view in views:
        path = after + view.path.removeprefix(before)
        view.name = free_name(view, user_id=view.user_id, path=path, origin=closed)
        view.path = path
        view.save(update_fields=["path", "name"])
    shared = SavedView.objects.filter(trade_account_id=plan.source)
    shared.update(trade_account_id=plan.target)


def _move_marks(plan: Plan) -> None:
    """A pin follows to the account that stays; what a person keeps of that one already, counts."""
    kept = AccountMark.objects.filter(trade_account_id=plan.target).values("user_id")
    marks = AccountMark.objects.filter(trade_account_id=plan.source)
    marks.exclude(user_id__in=kept).update(trade_account_id=plan.target)
    pinned = marks.filter(pinned_at__isnull=False).values("user_id")
    unpinned = AccountMark.objects.filter(trade_account_id=plan.target, pinned_at=None)
    unpinned.filter(user_id__in=pinned).update(pinned_at=clock.now())
    marks.delete()


def _copy(plan: Plan, actor: Access) -> None:
    account = TradeAccount.objects.get(pk=plan.target)
    present = same_person(_open_members(plan.target))
    for member in _open_members(plan.source):
        if member.pk not in plan.members or present(member) is not None:
            continue
        copied = begin_like(member, account, actor=actor)
        if copied.state == MembershipState.INVITED:
            mail_invitation(actor, copied)
    Address.objects.bulk_create(
        _copy_of(one, account, actor)
        for one in Address.objects.filter(
            trade_account_id=plan.source, pk__in=plan.addresses
        ).order_by("created_at", "pk")
    )


def _copy_of(address: Address, account: TradeAccount, actor: Access) -> Address:
    fields = ("types", "name", "street1", "street2", "city", "state", "postal_code", "country")
    return Address(
        pk=new_id(),
        trade_account=account,
        created_at=clock.now(),
        created_by_id=actor.user_id,
        removed_at=address.removed_at,
        copied_from_id=address.pk,
        **{name: getattr(address, name) for name in fields},
    )


MOVER = Mover(
    app="trade_accounts",
    tables={
        "trade_accounts_tradeaccount": "placed, founded and closed by the operation itself",
        "trade_accounts_address": "merge: moves; split: the chosen ones are copied",
        "trade_accounts_membership": "merge: moves, ends for people of both; split: copied",
        "trade_accounts_invitation": "merge: moves with its membership; split: a new one is sent",
        "trade_accounts_apikey": "merge: moves; split: stays",
        "trade_accounts_ask": "merge: moves; split: follows the contact (security_models)",
        "trade_accounts_accountmark": "merge: moves; split: stays",
        "trade_accounts_importedsheet": "stays, and is deleted after a day",
        "trade_accounts_savedview": "merge: moves; split: stays",
    },
    preview=preview,
    move=move,
)
