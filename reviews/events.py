"""The events of staff's acts. Vetting and draft decisions are only for staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

# Which specialist looks after a partner.
declare("security_models.claimed", _("took this C-TPAT account from the pool"))
declare("security_models.assigned", _("assigned this C-TPAT account to %(name)s"))

declare(
    "security_models.away", _("recorded that %(name)s is away until %(until)s"), for_partners=False
)
declare(
    "security_models.covered",
    _("recorded that %(name)s is away until %(until)s and %(cover)s covers"),
    for_partners=False,
)
declare("security_models.back", _("recorded that %(name)s is back"), for_partners=False)

# The review of a submission.
declare("security_profile.review_started", _("started the review of %(reference)s"))
declare("security_profile.returned", _("returned %(reference)s (%(count)s to answer)"))
declare(
    "security_profile.approved", _("approved %(reference)s: new versions of responses: %(count)s")
)
declare(
    "security_profile.rechecked",
    _("checked again for the annual review due %(due)s: %(what)s"),
    for_partners=False,
)
declare(
    "security_profile.review_not_done",
    _("recorded why the annual review due %(due)s was not done"),
    for_partners=False,
)
declare("security_profile.closed", _("closed %(reference)s, because the application has ended"))
declare(
    "security_profile.decided",
    _("marked criterion %(code)s of %(reference)s, round %(round)s: %(verdict)s (draft)"),
    for_partners=False,
)

declare(
    "security_profile.part_decided",
    _("marked “%(part)s” of %(reference)s, round %(round)s: %(verdict)s (draft)"),
    for_partners=False,
)

# The second gate and what follows from both.
declare("security_models.vetted", _("recorded vetting: %(result)s"), for_partners=False)
declare("security_models.certified", _("certified %(type)s as %(number)s"))
declare("security_models.not_accepted", _("did not accept the application: %(reasons)s"))

# Invitation codes (program-wide).
declare(
    "security_models.code_issued",
    _("issued invitation code %(code)s for %(type)s"),
    for_partners=False,
)
declare("security_models.code_revoked", _("revoked invitation code %(code)s"), for_partners=False)

# How a specialist arranges their own queue. It is recorded because others read it.
declare(
    "reviews.snoozed",
    _("snoozed an item until %(until)s (%(item)s): %(reason)s"),
    for_partners=False,
)
declare("reviews.woken", _("brought a snoozed item back (%(item)s)"), for_partners=False)
