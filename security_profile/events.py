"""The events of a security profile. ``reviews`` declares the events of a review."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("security_profile.answered", _("answered criterion %(code)s"))
declare(
    "security_profile.evidence_added",
    _("attached “%(title)s” to criterion %(code)s"),
    folded=_("attached %(count)s files to criteria"),
)
declare("security_profile.evidence_removed", _("removed “%(title)s” from criterion %(code)s"))
declare("security_profile.evidence_restored", _("put “%(title)s” back to criterion %(code)s"))
declare("security_profile.submitted", _("signed and submitted %(reference)s (round %(round)s)"))
declare("security_profile.withdrawn", _("withdrew submission %(reference)s"))
