"""The reserved acts of this app, and what a refusal offers instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import Access, Permission
from core.links import path_to
from trade_accounts.models import TradeAccount
from trade_accounts.policies import P
from trade_accounts.providers.reserved_acts import Act, act_for
from trade_accounts.selectors.asks import ask_url
from trade_accounts.states import MembershipType

USERS = Act(
    code="users",
    root="trade_account",
    permission=P.MANAGE_USERS,
    asker=P.VIEW,
    verb=gettext_lazy("manage the users"),
    only=gettext_lazy("Only a Company Administrator adds, changes and removes users:"),
    nobody=gettext_lazy("No Company Administrator can act right now."),
    find=lambda root_id: TradeAccount.objects.filter(pk=root_id).first(),
    holders=lambda _account: Q(type=MembershipType.COMPANY_ADMINISTRATOR),
    url=lambda account: path_to("trade_accounts:users", trade_id=account.pk),
)


def ask_instead(
    access: Access, wanted: Permission, page: str, _places: Mapping[str, Any]
) -> tuple[str, Any] | None:
    """Where a refused person can ask for the act, and the words of the link."""
    act = act_for(access, wanted, page)
    if act is None:
        return None
    root = access.root(act.root)
    words = _("Ask one of them to %(verb)s") % {"verb": act.said_of(root)}
    return ask_url(act, root), words
