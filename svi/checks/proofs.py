"""What keeps a company from giving proof of its status to an outsider."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import is_blank

#: How long a proof can be valid, in days.
PERIODS = (30, 90, 365)
#: A proof is emailed to its recipient at most so often, and so are all proofs of a company to one
#: address within a week.
MOST_SENT = 3
SENT_WITHIN = dt.timedelta(days=7)


def proof_problems(
    *, recipient: str, days: int, made_today: int, most_a_day: int
) -> Iterator[Problem]:
    """The problems with a new proof; ``made_today`` counts those of the trade account."""
    if is_blank(recipient):
        yield Problem("recipient", _("Say who asked for it."), "recipient")
    if days not in PERIODS:
        yield Problem("days", _("Choose how long it is valid."), "days")
    if made_today >= most_a_day:
        words = _("Your company can make %(n)s proofs a day. Make the next one tomorrow.")
        yield Problem("too_many", words % {"n": most_a_day})


def sending_problems(
    *, is_valid: bool, email: str, times_sent: int, sent_lately: int
) -> Iterator[Problem]:
    """What keeps a proof from being emailed again; ``sent_lately`` counts the emails with which the
    company sent proofs to this address within :data:`SENT_WITHIN`.
    """
    if not is_valid:
        yield Problem("ended", _("This proof is no longer valid. Make a new one."))
    elif not email:
        yield Problem("no_email", _("This proof has no email address. Make a new one."))
    elif times_sent >= MOST_SENT:
        words = _("The email was sent %(n)s times. Give the address in another way.")
        yield Problem("sent", words % {"n": times_sent})
    elif sent_lately >= MOST_SENT:
        words = _("Your company sent %(n)s emails to this address this week. Wait some days.")
        yield Problem("sent_lately", words % {"n": sent_lately}, "email")


def last_day(made_on: dt.date, days: int) -> dt.date:
    """The last program day of a proof."""
    return made_on + dt.timedelta(days=days)
