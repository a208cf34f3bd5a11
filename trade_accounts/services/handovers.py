"""What a successor takes over in this app: open requests for acts, and shared lists."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from core.tenancy import beyond_tenants
from core.text import filled
from trade_accounts.models import Ask, SavedView
from trade_accounts.providers.handovers import Handover, Passing
from trade_accounts.selectors.dependents import shared_views_of
from trade_accounts.services.saved_views import free_name


def _asks(passing: Passing) -> QuerySet[Ask]:
    """What the leaver was asked for and the successor can do; not what both were asked for."""
    within = Q(scope_id__in=passing.models)
    if passing.administers:
        within |= Q(scope_id=passing.leaver.trade_account_id)
    twins = Ask.objects.filter(
        membership=passing.heir, ended_at=None, act=OuterRef("act"), scope_id=OuterRef("scope_id")
    )
    rows = Ask.objects.filter(within, membership=passing.leaver, ended_at=None)
    return rows.filter(~Exists(twins))


def _said_of_asks(passing: Passing) -> list[str]:
    n = _asks(passing).count()
    if not n:
        return []
    words = ngettext("%(n)s open request to do something", "%(n)s open requests to do something", n)
    return [words % {"n": n}]


def _pass_asks(passing: Passing, _actor: Access) -> None:
    _asks(passing).update(membership=passing.heir)


def _said_of_views(passing: Passing) -> list[str]:
    """A person who stays keeps the own lists."""
    if not passing.removes:
        return []
    words = _("The shared list “%(name)s”")
    return [filled(words, name=name) for name in shared_views_of(passing.leaver)]


def _pass_views(passing: Passing, _actor: Access) -> None:
    if not passing.removes:
        return
    account_id, leaver, heir = (
        passing.leaver.trade_account_id,
        passing.leaver.user,
        passing.heir.user,
    )
    if leaver is None or heir is None:
        return
    with beyond_tenants("A saved view belongs to the person, of whatever company."):
        for view in SavedView.objects.filter(trade_account_id=account_id, user=leaver):
            view.name = free_name(view, user_id=heir.pk, path=view.path, origin=leaver.name)
            view.user = heir
            view.save(update_fields=["user", "name"])


ASKS = Handover(("trade_accounts.Ask.membership",), _said_of_asks, _pass_asks)
SHARED_VIEWS = Handover(("trade_accounts.SavedView.user",), _said_of_views, _pass_views)
