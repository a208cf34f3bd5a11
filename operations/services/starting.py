"""Which operations the reader can begin in the current account, and why not the others."""

from __future__ import annotations

from collections.abc import Mapping

from core.access import Access
from core.errors import Problem
from operations.checks.starting import start_problems
from operations.selectors.parties import linked_to, own_parties, parties
from operations.selectors.requests import open_partners
from operations.states import Operation


def reasons_against(access: Access) -> Mapping[str, list[Problem]]:
    """For each operation why it cannot begin; the page says it, and the address refuses with it."""
    account = access.trade_account
    asking = parties([account.pk], access.user_id)[account.pk]
    own = [one for one in own_parties(access) if one.id != account.pk]
    linked = linked_to(account) if asking.is_administered else []
    asked = open_partners(account.pk)
    return {
        kind: start_problems(
            kind, asking, linked if kind == Operation.DELINK else own, asked.get(kind, {})
        )
        for kind in Operation.values
    }
