"""Saves filtered lists under names: each person's own, or shared with the account of the list."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access, enter_roots
from core.concurrency import made_before
from core.errors import refusal
from core.tenancy import beyond_tenants
from core.text import filled, is_blank, one_line
from trade_accounts.models import VIEW_NAME_LENGTH, Membership, SavedView, TradeAccount
from trade_accounts.policies import P
from trade_accounts.providers.saved_lists import ListPlace, list_at
from trade_accounts.selectors.saved_views import own_views, view_of

#: So many views one person can have.
MOST_VIEWS = 100
QUERY_LENGTH = 1_000


@transaction.atomic
def save_view(
    *, actor: Access, name: str, path: str, query: str, shared: bool, key: uuid.UUID
) -> SavedView:
    """Save what the address of a list says under a name. ``key`` is that of the form.

    With ``shared``, everyone of the trade account of the address sees it. Raises Refused if the
    name is taken for this list, or if the address is not that of a list.
    """
    made = made_before(SavedView, key, user_id=actor.user_id)
    if made is not None:
        return made
    place = list_at(path)
    if place is None or len(query) > QUERY_LENGTH:
        raise refusal("list", _("This list can't be saved. Go back to it and try again."))
    if own_views(actor).count() >= MOST_VIEWS:
        words = _("You have %(n)s saved views. Delete one of them first.")
        raise refusal("many", words % {"n": MOST_VIEWS})
    view = SavedView(
        pk=key,
        user_id=actor.user_id,
        path=path,
        query=query,
        saved_at=clock.now(),
        trade_account=_account(actor, place, shared=shared),
    )
    return _named(view, name)


@transaction.atomic
def change_view(*, actor: Access, view_id: uuid.UUID, name: str, shared: bool) -> SavedView:
    """Give a view of the actor another name; share it, or keep it to oneself again."""
    view = view_of(actor, view_id)
    place = list_at(view.path)
    view.trade_account = _account(actor, place, shared=shared) if place is not None else None
    return _named(view, name)


@transaction.atomic
def delete_view(*, actor: Access, view_id: uuid.UUID) -> str:
    """Delete a view of the actor; returns its name. What it showed stays."""
    view = view_of(actor, view_id)
    view.delete()
    return view.name


def stop_sharing(membership: Membership) -> None:
    """Keep the views of a person who leaves an account to that person: nobody else could change
    what the company would go on seeing.
    """
    if membership.user_id is None:
        return
    with beyond_tenants("A saved view belongs to the person, of whatever company."):
        SavedView.objects.filter(
            trade_account_id=membership.trade_account_id, user_id=membership.user_id
        ).update(trade_account=None)


def _account(actor: Access, place: ListPlace, *, shared: bool) -> TradeAccount | None:
    """The account with which a view is shared: that of its list, of which the actor is a member."""
    if not shared or place.trade_id is None:
        return None
    inside = enter_roots(actor, {"trade_id": place.trade_id})
    inside.require(P.VIEW)
    account: TradeAccount = inside.trade_account
    return account


def _named(view: SavedView, name: str) -> SavedView:
    view.name = one_line(name).strip()
    if is_blank(view.name):
        raise refusal("name", _("Enter a name for the view."), "name")
    if len(view.name) > VIEW_NAME_LENGTH:
        words = _("Shorten the name to %(n)s characters.") % {"n": VIEW_NAME_LENGTH}
        raise refusal("name", words, "name")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if "saved_view_once" not in str(error):
            raise
        words = _("You have a view “%(name)s” of this list already. Choose another name.")
        raise refusal("taken", filled(words, name=view.name), "name") from None
    return view


def free_name(view: SavedView, *, user_id: uuid.UUID, path: str, origin: str) -> str:
    """The name with which a view goes to another person or page: its own, or if that is taken there
    half of it with where it comes from.
    """
    taken = SavedView.objects.filter(user_id=user_id, path=path, name__iexact=view.name)
    if not taken.exists():
        return view.name
    return f"{view.name[: VIEW_NAME_LENGTH // 2]} ({origin})"[:VIEW_NAME_LENGTH]
