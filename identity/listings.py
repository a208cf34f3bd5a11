"""The lists of this app."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import Column, Filter, Listing
from identity.models import SignInEvent, User
from identity.people import why_disabled
from identity.states import DisabledKind, SignInStep

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def known_browser(user_agent: str) -> str:
    """The name by which people know a browser; empty for one that is not known."""
    browser = next((words for mark, words in _BROWSERS if mark in user_agent), "")
    system = next((words for mark, words in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser


def browser_in_words(user_agent: str) -> str:
    """What a browser calls itself, shortened to what people know it by; else as it is."""
    return known_browser(user_agent) or user_agent


def _failed_at(event: SignInEvent) -> str:
    return "" if event.succeeded else str(event.get_step_display())


def _outcome(event: SignInEvent) -> str:
    return _("Signed in") if event.succeeded else _("Failed")


def _when(event: SignInEvent) -> str:
    return date_format(localtime(event.at), "N j, Y, P T")


def _by_outcome(rows: Any, value: str) -> Any:
    return rows.filter(succeeded=value == "done")


def _by_step(rows: Any, value: str) -> Any:
    return rows.filter(succeeded=False, step=value)


def _steps() -> list[tuple[str, Any]]:
    return [(value, words) for value, words in SignInStep.choices if value != SignInStep.DONE]


SIGN_INS = Listing(
    columns=[
        Column("at", gettext_lazy("When"), _when, sort=["at"]),
        Column("outcome", gettext_lazy("Outcome"), _outcome, sort=["succeeded"]),
        Column("step", gettext_lazy("Failed at"), _failed_at),
        Column("ip", gettext_lazy("Network address"), lambda event: event.ip or "", sort=["ip"]),
        Column(
            "user_agent", gettext_lazy("Browser"), lambda event: browser_in_words(event.user_agent)
        ),
    ],
    filters=[
        Filter(
            "outcome",
            gettext_lazy("Outcome"),
            _by_outcome,
            choices=lambda: [("done", _("Signed in")), ("failed", _("Failed"))],
        ),
        Filter("step", gettext_lazy("Failed at"), _by_step, choices=_steps),
    ],
    sort="-at",
)


# --- people, for those who look after them ------------------------------------------------------


def _by_name(rows: QuerySet[User], text: str) -> QuerySet[User]:
    found = Q(email__icontains=text)
    for word in text.split():
        found |= Q(first_name__icontains=word) | Q(last_name__icontains=word)
    return rows.filter(found)


def _by_reason(rows: QuerySet[User], value: str) -> QuerySet[User]:
    return rows.filter(disabled_kind=value)


def disabled_users(companies: Mapping[uuid.UUID, list[str]]) -> Listing:
    """Disabled people; ``companies`` by person may be filled after the page is cut."""
    return Listing(
        columns=[
            Column("name", gettext_lazy("Name"), lambda user: user.name, sort=["last_name"]),
            Column("email", gettext_lazy("Email address"), lambda user: user.email, sort=["email"]),
            Column(
                "companies",
                gettext_lazy("Companies"),
                lambda user: ", ".join(companies.get(user.pk, [])),
            ),
            Column("why", gettext_lazy("Why"), why_disabled, sort=["disabled_kind"]),
            Column(
                "since",
                gettext_lazy("Disabled since"),
                lambda user: date_format(localtime(user.disabled_at), "N j, Y"),
                sort=["disabled_at"],
            ),
        ],
        filters=[
            Filter("q", gettext_lazy("Name or email address"), _by_name),
            Filter("why", gettext_lazy("Why"), _by_reason, choices=lambda: DisabledKind.choices),
        ],
        sort="-since",
    )
