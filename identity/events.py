"""The events of this app, in the words of the timeline.

All are about one person, except what staff ask each other for.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("identity.address_confirmed", _("confirmed the address %(email)s"))
declare("identity.profile_saved", _("saved the user profile"))
declare("identity.questions_set", _("set three security questions"))
declare("identity.password_set", _("set a password"))
declare("identity.registered", _("finished the registration"))
declare("identity.signed_in", _("signed in"))
declare("identity.signed_out", _("signed out"))
declare("identity.email_change_asked", _("asked to change the email address to %(email)s"))
declare("identity.email_change_canceled", _("canceled the change of the email address"))
declare("identity.email_changed", _("changed the email address from %(old)s to %(new)s"))
declare("identity.email_change_undone", _("undid a change: the address is %(new)s again"))
declare("identity.address_tried", _("asked for an email to %(email)s, which had failed"))
declare("identity.preferences_saved", _("saved preferences: %(what)s"))
declare("identity.digests_ended", _("ended the daily digest of notices"))
declare("identity.digests_resumed", _("resumed the daily digest of notices"))
declare("identity.calendar_made", _("made an address for the calendar of due dates"))
declare(
    "identity.calendar_renewed",
    _("replaced the address of the calendar of due dates with a new one"),
)
declare("identity.calendar_changed", _("changed what the calendar of due dates shows"))
declare("identity.calendar_ended", _("switched off the calendar of due dates"))
declare("identity.session_ended", _("ended a session"))
declare("identity.sessions_ended", _("ended %(count)s sessions of %(name)s"))
declare("identity.password_changed", _("changed the password"))
declare("identity.reset_link_sent", _("emailed a link to set a new password"))
declare("identity.password_reset", _("set a new password with an emailed link"))
declare("identity.recovery_paused", _("gave ten wrong answers; recovery is paused for a day"))
declare("identity.questions_changed", _("changed the security questions"))
declare("identity.authenticator_added", _("set up an authenticator app"))
declare("identity.staff_created", _("made a sign-in for %(name)s (%(role)s)"))
declare("identity.backup_codes_made", _("made new backup codes"))
declare("identity.backup_code_used", _("used a backup code; %(left)s are left"))
declare("identity.disabled", _("disabled the sign-in: %(why)s"))
declare("identity.reactivated", _("reactivated the sign-in"))
declare("identity.guessed", _("slowed the sign-in down after %(count)s failed attempts"))
declare("identity.authenticator_replaced", _("set up another authenticator app"))
declare("identity.authenticator_removed", _("removed the authenticator app"))
declare("identity.passkey_added", _("added the passkey “%(passkey)s”"))
declare("identity.passkey_renamed", _("renamed the passkey “%(before)s” to “%(passkey)s”"))
declare("identity.passkey_removed", _("removed the passkey “%(passkey)s”"))
declare(
    "identity.factors_removed",
    _("removed the second factors of %(name)s, which were reported lost"),
)
declare("identity.case_opened", _("opened a recovery of the sign-in: %(lost)s"))
declare("identity.case_approved", _("approved the recovery of the sign-in as the second person"))
declare("identity.case_declined", _("declined the recovery of the sign-in"))
declare("identity.link_sent_again", _("sent the registration link again"))
declare("identity.staff_asked", _("asked %(names)s to %(act)s"), for_partners=False)
declare("identity.staff_reminded", _("reminded %(names)s to %(act)s"), for_partners=False)
