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
declare(
    "security_profile.review_confirmed",
    _("confirmed criterion %(code)s for the annual review due %(due)s"),
    folded=_("confirmed %(count)s criteria for an annual review"),
)
declare(
    "security_profile.review_confirmed_together",
    _("confirmed %(count)s criteria together for the annual review due %(due)s: %(codes)s"),
)
declare(
    "security_profile.review_confirmation_taken_back",
    _("took back the confirmation of %(place)s in the annual review due %(due)s"),
)
declare(
    "security_profile.review_section_confirmed",
    _("confirmed the company profile for the annual review due %(due)s: %(section)s"),
)
declare(
    "security_profile.review_rechecked",
    _("answered the eligibility questions again for %(type)s: %(outcome)s"),
)
declare(
    "security_profile.review_assessed",
    _("stated the risk assessment of %(day)s for the annual review due %(due)s"),
)
declare(
    "security_profile.review_reminded",
    _("reminded the company of the annual review due %(due)s"),
    folded=_("reminded the company of annual reviews %(count)s times"),
)
declare(
    "security_profile.review_escalated",
    _("escalated the overdue annual review due %(due)s to management"),
    for_partners=False,
)
declare(
    "security_profile.review_closed",
    _("closed the annual review due %(due)s: it was not submitted in time"),
)
