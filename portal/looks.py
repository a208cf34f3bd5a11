"""The words and looks of every status, so that a long list and a single page show the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from security_profile.states import CriterionState


class Look(NamedTuple):
    """How a status is shown: its tone (a pair of colors), its icon and its words."""

    tone: str
    icon: str
    words: Any


#: Every status that a page may show, by code. Tones: none, work, ready, sent, done, wait, back,
#: stop. Orange (back) and red (stop) are only for what needs someone's attention.
STATUSES: Mapping[str, Look] = {
    # work of a partner: criteria, and tasks in the same words
    "not-started": Look("none", "radio_button_unchecked", CriterionState.NOT_STARTED.label),
    "in-progress": Look("work", "edit", CriterionState.IN_PROGRESS.label),
    "complete": Look("done", "check", CriterionState.COMPLETE.label),
    "returned": Look("back", "undo", CriterionState.RETURNED.label),
    "with-cbp": Look("sent", "send", CriterionState.WITH_CBP.label),
    "accepted": Look("done", "check_circle", CriterionState.ACCEPTED.label),
    "ready": Look("ready", "check", _("Ready")),
    "cannot-start": Look("none", "lock", _("Cannot start yet")),
    "waiting-officer": Look("wait", "hourglass_empty", _("Waiting for officer")),
    "late": Look("back", "error_outline", _("Late")),
    "changed": Look("work", "edit", _("Changed since submitted")),
    # submissions and reviews
    "draft": Look("work", "edit", _("Draft")),
    "submitted": Look("sent", "send", _("Submitted")),
    "in-review": Look("sent", "visibility", _("In review")),
    "approved": Look("done", "check_circle", _("Approved")),
    "answered": Look("none", "undo", _("Returned and answered")),
    "closed": Look("none", "lock", _("Closed")),
    "withdrawn": Look("none", "remove", _("Withdrawn")),
    "to-review": Look("none", "radio_button_unchecked", _("To review")),
    "question": Look("ready", "help_outline", _("Question asked")),
    # threads of messages
    "waits-for-you": Look("ready", "error_outline", _("Waiting for you")),
    "waits": Look("wait", "hourglass_empty", _("Waiting for CBP")),
    "from-portal": Look("none", "info_outline", _("From the portal")),
    # notices of the program
    "notice-draft": Look("work", "edit", _("Draft")),
    "notice-scheduled": Look("wait", "schedule", _("Scheduled")),
    "notice-shown": Look("done", "visibility", _("Shown now")),
    "notice-over": Look("none", "history", _("Over")),
    "notice-withdrawn": Look("stop", "do_not_disturb", _("Withdrawn")),
    "notice-discarded": Look("none", "remove", _("Discarded")),
    # documents of the public libraries
    "public-draft": Look("work", "edit", _("Draft")),
    "public-scheduled": Look("wait", "schedule", _("Scheduled")),
    "public-shown": Look("done", "visibility", _("Shown now")),
    "public-expired": Look("none", "history", _("Expired")),
    "public-withdrawn": Look("stop", "do_not_disturb", _("Withdrawn")),
    "public-discarded": Look("none", "remove", _("Discarded")),
    # annual reviews
    "upcoming": Look("none", "schedule", _("Upcoming")),
    "overdue": Look("back", "error_outline", _("Overdue")),
    "closed-unfulfilled": Look("stop", "highlight_off", _("Not done")),
    # business types
    "applicant": Look("sent", "send", _("Applicant")),
    "certified": Look("done", "check_circle", _("Certified")),
    "certified-validated": Look("done", "check_circle", _("Certified, Validated")),
    "certified-non-importer-validated": Look(
        "done", "check_circle", _("Certified, Non-Importer Validation Completed")
    ),
    "certified-exceeding": Look("done", "check_circle", _("Certified, Exceeding")),
    "not-certified": Look("stop", "highlight_off", _("Not Certified")),
    "not-accepted": Look("stop", "highlight_off", _("Not accepted")),
    "suspended": Look("stop", "do_not_disturb", _("Suspended")),
    "removed": Look("stop", "highlight_off", _("Removed")),
    "lapsed": Look("none", "schedule", _("Lapsed")),
    # eligibility: not eligible comes with an explanation and is not an error (S1)
    "open": Look("work", "edit", _("Not finished")),
    "eligible": Look("done", "check_circle", _("Eligible")),
    "not-eligible": Look("wait", "info_outline", _("Not eligible yet")),
    # people
    "invited": Look("wait", "hourglass_empty", _("Invited")),
    "active": Look("done", "check_circle", _("Active")),
    "declined": Look("none", "remove", _("Declined")),
    "ended": Look("none", "remove", _("Ended")),
    "disabled": Look("stop", "do_not_disturb", _("Disabled")),
    # requests for documents
    "request-open": Look("wait", "hourglass_empty", _("Waiting for the company")),
    "request-answered": Look("done", "check_circle", _("Answered")),
    "request-canceled": Look("none", "remove", _("Canceled")),
    # change requests
    "change-draft": Look("work", "edit", _("Draft")),
    "change-open": Look("wait", "hourglass_empty", _("Waiting for CBP")),
    "change-returned": Look("back", "undo", _("Returned for more")),
    "change-approved": Look("done", "check_circle", _("Approved")),
    "change-declined": Look("stop", "highlight_off", _("Declined")),
    "change-withdrawn": Look("none", "remove", _("Withdrawn")),
    # webhooks and their deliveries
    "webhook-on": Look("done", "check_circle", _("On")),
    "webhook-failing": Look("back", "error_outline", _("Failing")),
    "webhook-off": Look("stop", "do_not_disturb", _("Off")),
    "delivery-waiting": Look("wait", "hourglass_empty", _("Waiting")),
    "delivery-delivered": Look("done", "check_circle", _("Delivered")),
    "delivery-given-up": Look("stop", "highlight_off", _("Given up")),
    "delivery-withheld": Look("none", "lock", _("Withheld")),
    # companies that monitor each other, and what one sees of another
    "monitoring-pending": Look("wait", "hourglass_empty", _("Pending")),
    "monitoring-accepted": Look("done", "check_circle", _("Accepted")),
    "monitoring-declined": Look("stop", "do_not_disturb", _("Declined")),
    "monitoring-revoked": Look("stop", "highlight_off", _("Revoked")),
    "svi-signed": Look("done", "check_circle", _("Signed")),
    "svi-revoked": Look("stop", "highlight_off", _("Revoked")),
    "svi-not-signed": Look("none", "radio_button_unchecked", _("Not signed")),
    "svi-certified": Look("done", "check_circle", _("Certified")),
    "svi-not-certified": Look("stop", "highlight_off", _("Not Certified")),
    # requests that change trade accounts
    "request-draft": Look("work", "edit", _("Draft")),
    "request-administrator": Look("wait", "hourglass_empty", _("Awaiting other administrator")),
    "request-management": Look("sent", "send", _("Awaiting management")),
    "request-returned": Look("back", "undo", _("Returned")),
    "request-applied": Look("done", "check_circle", _("Applied")),
    "request-declined": Look("stop", "highlight_off", _("Declined")),
    "request-withdrawn": Look("none", "remove", _("Withdrawn")),
    "request-ended": Look("none", "lock", _("No longer possible")),
    # proofs of status
    "proof-valid": Look("done", "check_circle", _("Valid")),
    "proof-expired": Look("none", "schedule", _("Expired")),
    "proof-revoked": Look("stop", "highlight_off", _("Revoked")),
    # files, and other work in the background
    "pending": Look("wait", "hourglass_empty", _("Pending")),
    "checking": Look("wait", "loop", _("Checking")),
    "quarantined": Look("wait", "loop", _("Checking")),
    "infected": Look("stop", "do_not_disturb", _("Blocked: malware found")),
    "unscannable": Look("stop", "do_not_disturb", _("Blocked: cannot be checked")),
    "clean": Look("done", "check_circle", _("Ready")),
    "blocked": Look("stop", "do_not_disturb", _("Blocked")),
    "preparing": Look("wait", "loop", _("Being prepared")),
    "failed": Look("stop", "error_outline", _("Failed")),
    # gates, proofs and anything else that is passed, kept or ended
    "passed": Look("done", "check_circle", _("Passed")),
    "not-passed": Look("stop", "highlight_off", _("Not passed")),
    "in-force": Look("done", "check_circle", _("In force")),
    "superseded": Look("none", "schedule", _("Superseded")),
    "revoked": Look("stop", "highlight_off", _("Revoked")),
    "expired": Look("none", "schedule", _("Expired")),
}
