"""What pages say about webhooks and their deliveries."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.outside import Why
from webhooks.models import Delivery, Endpoint
from webhooks.providers import TEST, kinds

_WHY = {
    Why.ADDRESS: gettext_lazy("The address isn't one that the portal connects to"),
    Why.NAME: gettext_lazy("The name of the server was not found"),
    Why.INSIDE: gettext_lazy("The name belongs to an inner network, so nothing was sent"),
    Why.CONNECTION: gettext_lazy("The server took no connection, or ended it"),
    Why.CERTIFICATE: gettext_lazy("The certificate of the server isn't valid for its name"),
    Why.TIME: gettext_lazy("No answer in time"),
    Why.NOT_HTTP: gettext_lazy("The answer wasn't HTTP"),
}


def kind_words(code: str) -> str:
    """A kind of event in words."""
    if code == TEST:
        return _("Test event")
    known = kinds.get(code)
    return str(known.words) if known else code


def chosen_kinds(endpoint: Endpoint) -> list[tuple[str, str]]:
    """The events that an address gets: words and code."""
    return [(kind_words(one), one) for one in endpoint.events]


def outcome(http_status: int | None, why: str) -> str:
    """What came of an attempt; empty if there was none yet."""
    if http_status is None:
        return str(_WHY.get(why, why))
    if 300 <= http_status < 400:
        return _("%(status)s: a redirect, which is not followed") % {"status": http_status}
    return _("Answer %(status)s") % {"status": http_status}


def newest_outcome(row: Any) -> str:
    """What came of the newest attempt of a delivery in the log."""
    return outcome(row.last_status, row.last_why or "")


def endpoint_status(endpoint: Endpoint) -> str:
    """The code of an address's status (``portal/looks.py``)."""
    if endpoint.off_at is not None:
        return "webhook-off"
    return "webhook-failing" if endpoint.failing_since is not None else "webhook-on"


def readable(delivery: Delivery) -> str:
    """What is sent, with line breaks, to be read by people."""
    return json.dumps(json.loads(delivery.event.body), ensure_ascii=False, indent=2)
