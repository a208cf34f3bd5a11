"""Registration by email address (U1): the emailed link, and the person who opens it.

A request does not show who is registered: the answer and the work are the same, and only that
address gets an email. Limits: 5 emails an hour to one address, 30 requests an hour from one network
address.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import PROGRAM, person_scope, record
from core import clock
from core.access import Access
from core.errors import Problem, Refused, refusal
from identity.credentials.growing_delay import one_at_a_time
from identity.models import MailedLink, User
from identity.selectors.user_state import address_held, user_by_email
from identity.services.mailed_links import mail_link
from identity.states import LinkPurpose, SetUpStep
from notifications.providers.kinds import Recipient

MAILS_AN_HOUR = 5
REQUESTS_AN_HOUR = 30
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Confirmed:
    """The person whose address a link has confirmed, and the page that person wanted."""

    user: User
    next_url: str


@transaction.atomic
def ask_for_link(*, actor: Access, email: str, next_url: str = "") -> MailedLink:
    """Email a link that opens the set-up, or tell a registered person that they already have a
    sign-in.

    ``email`` is normalized. Someone who has not finished registering gets a new link and continues
    where they stopped. Refused only when this network address asks too often.
    """
    one_at_a_time(email)
    now = clock.now()
    recent = MailedLink.objects.filter(sent_at__gt=now - HOUR)
    if actor.ip and recent.filter(ip=actor.ip).count() >= REQUESTS_AN_HOUR:
        words = _("Too many registrations came from your network. Try again in an hour.")
        raise refusal("too_many", words, "email")
    user = user_by_email(email)
    held = address_held(email)
    finished = held or (user is not None and user.set_up_step == SetUpStep.DONE)
    enough = recent.filter(email=email).count() >= MAILS_AN_HOUR
    link = MailedLink(
        purpose=LinkPurpose.REGISTRATION,
        email=email,
        user=user,
        next_url=next_url,
        ip=actor.ip or None,
        sent_at=now,
        expires_at=clock.clock("registration_link").expires(now),
        ended_at=now if finished or enough else None,
    )
    mail_link(
        LinkPurpose.REGISTRATION,
        link,
        code="user.already_registered" if finished else "user.confirm_address",
        to=Recipient(email),
        scope=PROGRAM,
        instead=reverse("identity:sign-in") if finished else "",
        silent=enough,
    )
    return link


@transaction.atomic
def confirm_link(*, actor: Access, token_hash: str) -> Confirmed:
    """Use an emailed link, once: the address is confirmed and the set-up may begin or continue
    (U1).

    Refused for a link that was used, has ended, or never existed.
    """
    now = clock.now()
    used = MailedLink.objects.filter(
        token_hash=token_hash,
        purpose=LinkPurpose.REGISTRATION,
        used_at=None,
        ended_at=None,
        expires_at__gt=now,
    ).update(used_at=now)
    if not used:
        words = _("This link was already used or has ended.")
        raise refusal("link", words)
    link = MailedLink.objects.get(token_hash=token_hash)
    return Confirmed(start_set_up_for(actor=actor, email=link.email), link.next_url)


@transaction.atomic
def start_set_up_for(
    *,
    actor: Access,
    email: str,
    salutation: str = "",
    first_name: str = "",
    last_name: str = "",
    title: str = "",
    phone: str = "",
) -> User:
    """The person with this address, which the caller knows to be confirmed, ready for the set-up.

    Also called for an invitation whose link was emailed to that address and opened (U1). What the
    inviter typed is in the profile until the person changes it. ``email`` is normalized. Refused if
    the person has already finished registering.
    """
    one_at_a_time(email)
    user = User.objects.select_for_update().filter(email=email).first()
    if user is not None and user.set_up_step == SetUpStep.DONE:
        words = _("This address already has a sign-in. Sign in with it.")
        raise Refused("registered", [Problem("registered", words, url=reverse("identity:sign-in"))])
    if user is not None and user.email_confirmed_at is not None:
        return user
    if user is None and address_held(email):
        words = _("This address was released a short while ago. Try again in three days.")
        raise refusal("held", words)
    now = clock.now()
    if user is None:
        user = User(
            email=email,
            salutation=salutation,
            first_name=first_name,
            last_name=last_name,
            title=title,
            phone=phone,
            registered_at=now,
        )
        user.set_unusable_password()
    user.email_confirmed_at = now
    user.save()
    scope = person_scope(user.pk)
    record("identity.address_confirmed", actor=replace(actor, user=user), scope=scope, email=email)
    return user
