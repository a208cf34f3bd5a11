"""The life of a consent to share a status, and of a request to be monitored (SVI1-SVI4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.scopes import Scope, model_scope
from core.access import Access
from core.errors import Problem
from security_models.policies import P as ModelP
from svi.models import Consent, Monitoring
from svi.policies import P
from svi.states import LISTED
from svi.states import ConsentStatus as C
from svi.states import MonitoringStatus as M


def _of_consent(consent: Consent) -> Scope:
    return model_scope(consent.security_model_id)


CONSENT = Machine(
    "svi_consent",
    C,
    _of_consent,
    [
        move("sign", gettext_lazy("Sign again"), [C.REVOKED], C.SIGNED, ModelP.SUBMIT),
        move("revoke", gettext_lazy("Revoke"), [C.SIGNED], C.REVOKED, ModelP.SUBMIT),
        move("leave", gettext_lazy("Leave the program"), [C.SIGNED], C.REVOKED, None),
    ],
)


def _of_monitoring(monitoring: Monitoring) -> Scope:
    """Its record lies with the company that decides; what the other learns is an event."""
    return model_scope(monitoring.asked_id)


def _acting_for(access: Access) -> uuid.UUID | None:
    """The account that is entered; the system acts for none."""
    model = access.roots.get("security_model")
    return model.pk if model is not None else None


def _by_who_was_asked(monitoring: Monitoring, access: Access) -> Iterator[Problem]:
    """The company that was asked decides (SVI4)."""
    if _acting_for(access) != monitoring.asked_id:
        yield Problem("not_yours", _("Only the company that was asked can answer."))


def _while_in_use(monitoring: Monitoring, access: Access) -> Iterator[Problem]:
    """The company that was asked decides (SVI4); nobody accepts to be monitored by who asked for
    it while the program does not offer that.
    """
    yield from _by_who_was_asked(monitoring, access)
    if monitoring.asked_by_monitor and not settings.SVI_BOTH_DIRECTIONS:
        yield Problem("not_offered", _("Asking to monitor others is no longer offered."))


def _by_who_asked(monitoring: Monitoring, access: Access) -> Iterator[Problem]:
    """The company that asked can take its request back; who asked to monitor another can also
    stop.
    """
    if _acting_for(access) != monitoring.asker_id:
        yield Problem("not_yours", _("Only the company that asked can withdraw the request."))
    if monitoring.status == M.ACCEPTED and not monitoring.asked_by_monitor:
        yield Problem("accepted", _("The request was accepted. The other company can revoke it."))


MONITORING = Machine(
    "svi_monitoring",
    M,
    _of_monitoring,
    [
        move(
            "accept",
            gettext_lazy("Accept"),
            [M.PENDING, M.DECLINED, M.REVOKED],
            M.ACCEPTED,
            P.MANAGE,
            _while_in_use,
        ),
        move(
            "decline",
            gettext_lazy("Decline and block"),
            [M.PENDING],
            M.DECLINED,
            P.MANAGE,
            _by_who_was_asked,
        ),
        move(
            "revoke",
            gettext_lazy("Revoke and block"),
            [M.ACCEPTED],
            M.REVOKED,
            P.MANAGE,
            _by_who_was_asked,
        ),
        move(
            "remove",
            gettext_lazy("Remove"),
            [M.ACCEPTED, M.DECLINED, M.REVOKED],
            M.REMOVED,
            P.MANAGE,
            _by_who_was_asked,
        ),
        move(
            "withdraw",
            gettext_lazy("Withdraw"),
            [M.PENDING, M.ACCEPTED],
            M.WITHDRAWN,
            P.MANAGE,
            _by_who_asked,
        ),
        move("end", gettext_lazy("End"), LISTED, M.ENDED, None),
    ],
)
