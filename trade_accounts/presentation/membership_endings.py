"""What ends when a person is removed from a trade account, for the page that asks first."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import filled, listed
from trade_accounts.models import Membership
from trade_accounts.providers.reactions import Named, membership_endings
from trade_accounts.selectors.dependents import asks_of, keys_of_member, shared_views_of


def endings(membership: Membership) -> list[Named]:
    """Everything that ends with this membership: of this app, then of the others."""
    found = [*_keys(membership), *_asks(membership), *_views(membership)]
    return found + [one for part in membership_endings(membership) for one in part]


def _keys(membership: Membership) -> list[Named]:
    names = keys_of_member(membership)
    if not names:
        return []
    words = ngettext(
        "%(n)s API key stops working: %(names)s.",
        "%(n)s API keys stop working: %(names)s.",
        len(names),
    )
    return [Named(filled(words, n=len(names), names=listed(names)))]


def _asks(membership: Membership) -> list[Named]:
    n = asks_of(membership)
    if not n:
        return []
    words = ngettext(
        "%(n)s request for something only this person can do ends.",
        "%(n)s requests for something only this person can do end.",
        n,
    )
    return [Named(words % {"n": n})]


def _views(membership: Membership) -> list[Named]:
    words = _("The saved view “%(name)s” is no longer shared with the company.")
    return [Named(filled(words, name=name)) for name in shared_views_of(membership)]
