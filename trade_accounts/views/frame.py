"""What the pages of the organization profile share: tabs or steps, Previous and Next (T1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VersionedForm
from core.web import PortalRequest
from trade_accounts import selectors
from trade_accounts.models import TradeAccount
from trade_accounts.states import SetUp

TABS = {
    "company": gettext_lazy("Company Information"),
    "addresses": gettext_lazy("Addresses"),
    "users": gettext_lazy("Users"),
    "summary": gettext_lazy("Summary"),
}
STEPS = list(TABS)


def address_of(page: str, account: TradeAccount, **more: Any) -> str:
    """The address of a page of the account."""
    return reverse(f"trade_accounts:{page}", kwargs={"trade_id": account.pk, **more})


def steps() -> list[str]:
    """The steps of the wizard in words."""
    return [str(label) for label in TABS.values()]


def frame(request: PortalRequest, tab: str, code: str, **context: Any) -> dict[str, Any]:
    """The context of a page of the profile: a wizard while the account is being set up."""
    account = request.access.trade_account
    position = STEPS.index(tab)
    tabs = [
        {"label": label, "url": address_of(name, account), "current": name == tab}
        for name, label in TABS.items()
    ]
    return {
        "account": account,
        "unfinished": account.set_up == SetUp.OPEN,
        "tabs": tabs,
        "steps": steps(),
        "step": position + 1,
        "previous_url": tabs[position - 1]["url"] if position else "",
        "next_url": tabs[position + 1]["url"] if position + 1 < len(tabs) else "",
        "page_code": code,
        **context,
    }


def conflict(
    request: PortalRequest, form: VersionedForm, names: list[str], kinds: list[str]
) -> dict[str, Any] | None:
    """After a conflict (P5): who saved when, and the fields that differ; None without one."""
    if form.stale is None:
        return None
    current = form.stale.current
    event = selectors.last_change(request.access, current.pk, kinds)
    saved = {name: getattr(current, name) for name in names}
    return {
        "who": event.actor_name if event else _("Somebody else"),
        "at": event.at if event else None,
        "rows": form.differences(saved),
    }


def wants(request: HttpRequest, button: str) -> bool:
    """Whether a form was sent with that button."""
    return button in request.POST
