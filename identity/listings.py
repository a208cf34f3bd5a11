"""The lists of this app."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.listing import Column, Filter, Listing
from identity.models import SignInEvent


def _outcome(event: SignInEvent) -> str:
    return _("Signed in") if event.succeeded else _("Failed")


def _when(event: SignInEvent) -> str:
    return date_format(localtime(event.at), "N j, Y, P")


def _by_outcome(rows: Any, value: str) -> Any:
    return rows.filter(succeeded=value == "done")


SIGN_INS = Listing(
    columns=[
        Column("at", gettext_lazy("When"), _when, sort=["at"]),
        Column("outcome", gettext_lazy("Outcome"), _outcome, sort=["succeeded"]),
        Column("step", gettext_lazy("Step"), lambda event: event.get_step_display()),
        Column("ip", gettext_lazy("Network address"), lambda event: event.ip or "", sort=["ip"]),
        Column("user_agent", gettext_lazy("Browser"), lambda event: event.user_agent),
    ],
    filters=[
        Filter(
            "outcome",
            gettext_lazy("Outcome"),
            _by_outcome,
            choices=lambda: [("done", _("Signed in")), ("failed", _("Failed"))],
        )
    ],
    sort="-at",
)
