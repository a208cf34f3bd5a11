"""The events of this app in the words of the timeline; the sentence follows the actor's name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("operations.asked", _("asked to %(what)s (%(reference)s)"))
declare("operations.was_asked", _("of %(company)s asks to %(what)s (%(reference)s)"))
declare("operations.agreed", _("agreed to %(what)s (%(reference)s)"))
declare("operations.refused", _("declined to %(what)s (%(reference)s): %(why)s"))
declare("operations.withdrawn", _("withdrew the request to %(what)s (%(reference)s)"))
declare(
    "operations.answered",
    _("answered management on the request to %(what)s (%(reference)s): %(why)s"),
)
declare("operations.approved", _("approved the request to %(what)s (%(reference)s)"))
declare("operations.declined", _("declined the request to %(what)s (%(reference)s): %(why)s"))
declare("operations.returned", _("returned the request to %(what)s (%(reference)s): %(why)s"))
declare("operations.ended", _("ended the request to %(what)s (%(reference)s): %(why)s"))
declare("operations.applied", _("carried out: %(what)s (%(reference)s)"))
declare("operations.recommended", _("recommended a decision on %(reference)s"), for_partners=False)
