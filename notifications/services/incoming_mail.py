"""Takes in an email that someone or a mail server sent to the portal.

Bounces and complaints are recorded. A person who answers one of our emails gets an automatic reply,
which says that nobody reads replies (RFC 3834). Everything else is left alone.
"""

from __future__ import annotations

import logging
from email.utils import parseaddr
from enum import Enum

from django.conf import settings
from django.db import transaction

from audit.services import PROGRAM
from core import clock
from notifications import selectors
from notifications.facts import incoming_mail
from notifications.facts.incoming_mail import Incoming, Unreadable
from notifications.models import Outbox
from notifications.providers.kinds import Recipient
from notifications.services.messages import own_domain
from notifications.services.returned_mail import RETURN, record_returned
from notifications.services.sending import notify

log = logging.getLogger(__name__)


class Received(Enum):
    """What was done with an email."""

    RETURNED = "returned"
    REPLIED = "replied"
    LEFT = "left"
    UNREADABLE = "unreadable"


@transaction.atomic
def receive(content: bytes, *, envelope_sender: str | None = None) -> Received:
    """Take in one email; ``envelope_sender`` is that of the SMTP envelope, if it is known.

    It is empty for bounces, and what has none is never answered. Never raises for what an email
    contains: a mail server would only send it again.
    """
    try:
        got = incoming_mail.read(content, domain=own_domain())
    except Unreadable:
        log.warning("an email that came in could not be read")
        return Received.UNREADABLE
    if got.came_back:
        counted = record_returned(got.mail_ids, got.came_back)
        return Received.RETURNED if counted else Received.LEFT
    nobody = envelope_sender is not None and not envelope_sender.strip("<> ")
    return Received.LEFT if nobody or not _reply(got) else Received.REPLIED


def _reply(got: Incoming) -> bool:
    """Reply once a day to someone who answers an email that we sent to the same address lately.

    So nobody can make the portal write to others, and two programs can't write to each other.
    """
    address = selectors.address_key(got.answered_by)
    if not got.answered_by or address in _own_addresses():
        return False
    sent = selectors.sent_within(got.mail_ids, clock.clock(RETURN))
    mail = next((one for one in sent if selectors.address_key(one.to_address) == address), None)
    if mail is None or mail.answers:
        return False
    written = notify(
        "user.reply_unread",
        scope=PROGRAM,
        to=[Recipient(mail.to_address, mail.to_name)],
        once_key=f"reply:{clock.real_today()}",
    )
    Outbox.objects.filter(pk__in=[one.pk for one in written], answers="").update(
        answers=got.message_id
    )
    return bool(written)


def _own_addresses() -> set[str]:
    """Where the portal sends from and receives: a reply to these would come back to it."""
    own = (settings.DEFAULT_FROM_EMAIL, settings.REPLIES_TO, settings.BOUNCES_TO)
    return {selectors.address_key(parseaddr(one)[1]) for one in own if one}
