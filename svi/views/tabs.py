"""What the tabs of SVI share: the reader's accounts, the tabs, and who is refused."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import NotVisible
from core.links import path_to
from core.web import PortalRequest
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices
from security_models.selectors.workplaces import accounts_worked_in
from security_models.views.members import refuse_member
from svi import page_links
from svi.models import Monitor, Monitored
from svi.policies import P
from svi.selectors.participation import participations
from svi.selectors.relations import (
    former_monitoring,
    monitored_by,
    monitors_of,
    pending_count,
    pending_to_see_count,
)


def own_accounts(request: PortalRequest, trade_id: uuid.UUID) -> list[SecurityModel]:
    """The C-TPAT accounts of the trade account in which the reader is a contact.

    Raises NotAllowed for another member, and NotVisible while there is no C-TPAT account.
    """
    accounts = list(accounts_worked_in(request.access, trade_id))
    if not accounts:
        refuse_member(request, trade_id, P.VIEW)
        raise NotVisible("security_model")
    return accounts


def tab_context(
    trade_id: uuid.UUID, accounts: list[SecurityModel], which: str, code: str
) -> dict[str, Any]:
    """The tabs, with the number of requests that wait."""
    names = [
        ("agreement", _("SVI Agreement")),
        ("request", _("Request Monitoring")),
        ("monitored", _("Partners You Are Monitoring")),
        ("monitors", _("Partners Monitoring You")),
        ("proofs", _("Proof for Outsiders")),
    ]
    counts = {"monitored": pending_count(accounts)}
    if settings.SVI_BOTH_DIRECTIONS:
        counts["monitors"] = pending_to_see_count(accounts)
    return {
        "accounts": accounts,
        "trade_id": trade_id,
        "tabs": [
            {
                "label": label,
                "url": path_to(f"svi:{name}", trade_id=trade_id),
                "current": name == which,
                "count": counts.get(name) or None,
            }
            for name, label in names
        ],
        "page_code": code,
    }


def asking_account(request: PortalRequest, accounts: Sequence[SecurityModel]) -> SecurityModel:
    """The own account that asks: the one in the address; else the first that takes part, or has
    signed the agreement.
    """
    wanted = request.GET.get("account", "")
    for one in accounts:
        if str(one.pk) == wanted:
            return one
    part = participations(accounts)
    return max(accounts, key=lambda one: (part[one.pk].is_full, part[one.pk].consents))


def account_chips(
    accounts: Sequence[SecurityModel], chosen: SecurityModel
) -> list[tuple[str, str, bool]]:
    """Several accounts to choose from, and which one is chosen; nothing for a single one."""
    if len(accounts) < 2:
        return []
    return [(value, words, value == str(chosen.pk)) for value, words in account_choices(accounts)]


def partner_listed(
    model: SecurityModel, monitoring_id: uuid.UUID, *, is_asked: bool
) -> tuple[Monitored | Monitor | None, str]:
    """The partner that has asked the account (``is_asked``), or that the account has asked, and the
    list on which it stands; None if it has left that list. Raises NotVisible for what never stood
    there.
    """
    for rows, back in (
        (monitored_by([model]), page_links.monitored_of(model)),
        (monitors_of([model]), page_links.monitors_of(model)),
    ):
        found: Any = rows.filter(pk=monitoring_id, is_asked=is_asked).first()
        if found is not None:
            return found, back
    former = former_monitoring(model, monitoring_id, is_asked=is_asked)
    is_monitor = former.monitor_id == model.pk
    return None, page_links.monitored_of(model) if is_monitor else page_links.monitors_of(model)
