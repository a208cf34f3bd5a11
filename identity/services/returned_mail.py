"""What becomes of a person to whom emails come back: a copy for pages, and another try."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import refusal
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services.set_up import locked
from notifications.providers.failing import Failing
from notifications.selectors import failing
from notifications.services.returned_mail import let_try_again, note_arrived
from notifications.services.sending import notify

HOUR = dt.timedelta(hours=1)


def follow_failing(state: Failing) -> None:
    """Write since when emails come back into the row of the person who has the address."""
    User.objects.filter(email=state.address).update(emails_fail_since=state.since)


@transaction.atomic
def try_address_again(*, actor: Access) -> User:
    """Send one email to the person's address although emails to it come back.

    If it does not come back within the time of the clock, the address counts as working.
    Refused if emails arrive, and for the second try within an hour.
    """
    user = locked(actor)
    state = failing(user.email)
    if state is None:
        raise refusal("arriving", _("Emails to your address arrive. There is nothing to try."))
    if state.tried_at is not None and clock.now() - state.tried_at < HOUR:
        words = _("We sent an email less than an hour ago. Check whether it has arrived.")
        raise refusal("too_soon", words)
    let_try_again(user.email)
    scope = person_scope(user.pk)
    record("identity.address_tried", actor=actor, scope=scope, email=user.email)
    url = reverse("identity:email")
    notify("user.mail_trial", scope=scope, to=[recipient(user)], url=url)
    return user


def address_works(user: User) -> None:
    """Note that an email has reached a person: a link in it was used."""
    note_arrived(user.email)
    user.emails_fail_since = None
