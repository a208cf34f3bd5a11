"""Events of SVI. What one company does, the other reads without names of people (SVI7)."""

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("svi.consented", _("agreed to share the status with other companies (SVI Agreement)"))
declare(
    "svi.consent_revoked",
    _("revoked the SVI Agreement; %(monitors)s companies stop seeing the status"),
)
declare("svi.asked", _("asked %(company)s to monitor this account"))
declare("svi.was_asked", _("received the request of %(company)s to be monitored"))
declare("svi.asked_to_monitor", _("asked %(company)s to share its status"))
declare("svi.was_asked_to_monitor", _("received the request of %(company)s to see the status"))
declare("svi.was_shown", _("noted that %(company)s shares its status with this account"))
declare("svi.hid", _("stopped sharing the status with %(company)s and blocked further requests"))
declare("svi.was_hidden", _("noted that %(company)s no longer shares its status"))
declare("svi.stopped", _("stopped monitoring %(company)s"))
declare("svi.was_stopped", _("noted that %(company)s no longer monitors this account"))
declare("svi.withdrew", _("withdrew the request to %(company)s"))
declare("svi.was_withdrawn", _("noted that %(company)s withdrew its request"))
declare("svi.accepted", _("accepted the request of %(company)s"))
declare("svi.was_accepted", _("noted that %(company)s monitors this account"))
declare("svi.declined", _("declined the request of %(company)s and blocked further ones"))
declare("svi.was_declined", _("noted that %(company)s declined the request"))
declare("svi.revoked", _("stopped monitoring %(company)s and blocked further requests"))
declare("svi.was_revoked", _("noted that %(company)s stopped monitoring this account"))
declare("svi.removed", _("removed %(company)s from the list; it may ask again"))
declare("svi.was_removed", _("noted that %(company)s removed this account from its list"))
declare("svi.ended", _("ended monitoring with %(company)s, which revoked its SVI Agreement"))
declare("svi.status_changed", _("noted that %(company)s is %(status)s as %(type)s"))
declare("svi.noted", _("changed the own notes about %(company)s"))
declare("svi.owner_replaced", _("let %(name)s look after %(count)s SVI partners"))
declare("svi.verified", _("verified the status of %(count)s partners"))
declare("svi.proof_made", _("made a proof of status for %(recipient)s (%(reference)s)"))
declare("svi.proof_sent", _("emailed the proof of status to %(recipient)s (%(reference)s)"))
declare("svi.proof_revoked", _("revoked the proof of status for %(recipient)s (%(reference)s)"))
