"""The events of change requests: the sentences that follow the actor's name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare(
    "change_requests.sent", _("sent the change request %(request)s: %(changes)s. Proof: %(proofs)s")
)
declare("change_requests.withdrawn", _("withdrew the change request %(request)s"))
declare(
    "change_requests.returned", _("returned the change request %(request)s for more: %(reason)s")
)
declare(
    "change_requests.approved",
    _("approved the change request %(request)s: %(changes)s. Reason: %(reason)s"),
)
declare("change_requests.declined", _("declined the change request %(request)s: %(reason)s"))
