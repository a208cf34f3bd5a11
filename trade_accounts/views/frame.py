"""What the pages of the organization profile share: tabs or steps, Previous and Next (T1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import VersionedForm
from core.web import PortalRequest
from trade_accounts import selectors, services
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


@dataclass(frozen=True)
class Step:
    """A step of the wizard: its words, and whether it is completed."""

    label: str
    done: bool

    def __str__(self) -> str:
        return self.label


def steps(account: TradeAccount | None = None, position: int = 0) -> list[Step]:
    """The steps of the wizard; one is completed when nothing of it is missing.

    The users, of whom nobody is asked for, are completed once one has gone past them. Nothing is
    completed before there is an account.
    """
    lacking = {problem.code for problem in services.missing(account)} if account else set()
    done = {
        "company": account is not None and "company" not in lacking,
        "addresses": account is not None and "headquarters" not in lacking,
        "users": account is not None and position > STEPS.index("users"),
        "summary": False,
    }
    return [Step(str(label), done[name]) for name, label in TABS.items()]


def frame(request: PortalRequest, tab: str, code: str, **context: Any) -> dict[str, Any]:
    """The context of a page of the profile: a wizard while the account is being set up."""
    account = request.access.trade_account
    position = STEPS.index(tab)
    tabs = [
        {"label": label, "url": address_of(name, account), "current": name == tab}
        for name, label in TABS.items()
    ]
    unfinished = account.set_up == SetUp.OPEN
    return {
        "account": account,
        "unfinished": unfinished,
        "tabs": tabs,
        "steps": steps(account, position) if unfinished else [],
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
        "who": event.actor_name if event else _("Someone else"),
        "at": event.at if event else None,
        "rows": form.differences(saved),
    }


def wants(request: HttpRequest, button: str) -> bool:
    """Whether a form was sent with that button."""
    return button in request.POST
