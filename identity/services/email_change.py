"""Changes the email address (U7): requested with all proofs, confirmed at the new address.

Only the new address is told whether it already has a sign-in: the page, the rows and the emails are
the same. For 72 hours the old address can undo the change; until then nobody else can have it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import Refused, refusal
from identity.credentials.growing_delay import one_at_a_time
from identity.models import MailedLink, User
from identity.providers import address_changed
from identity.selectors.user_state import (
    address_taken,
    fingerprint,
    open_link,
    pending_email_change,
    recipient,
)
from identity.services.mailed_links import mail_link
from identity.services.registration import HOUR, MAILS_AN_HOUR
from identity.services.returned_mail import address_works
from identity.services.sessions import close_sessions
from identity.services.set_up import locked
from identity.states import LinkPurpose
from notifications.providers.kinds import Recipient
from notifications.services.sending import forget_address, notify

ASKED_AN_HOUR = 10
CHANGED = "user.email_changed"


# --- asking ---------------------------------------------------------------------------------


@transaction.atomic
def ask_for_email_change(*, actor: Access, email: str) -> MailedLink:
    """Email a link to the new address, which confirms it; an older request ends.

    ``email`` is normalized, and the caller has asked for all proofs. Refused for the current
    address and for the eleventh request within an hour.
    """
    user = locked(actor)
    if email == user.email:
        raise refusal("same", _("This is already your address. Enter another one."), "new_email")
    asked = MailedLink.objects.filter(
        user=user, purpose=LinkPurpose.EMAIL_CHANGE, sent_at__gt=clock.now() - HOUR
    )
    if asked.count() >= ASKED_AN_HOUR:
        words = _("You asked for too many changes within an hour. Try again later.")
        raise refusal("too_many", words)
    link = _send(actor, user, email)
    record("identity.email_change_asked", actor=actor, scope=person_scope(user.pk), email=email)
    return link


@transaction.atomic
def send_email_change_again(*, actor: Access) -> MailedLink:
    """Send a new link for the change that waits; the older link ends. Refused if none waits."""
    user = locked(actor)
    waiting = pending_email_change(user)
    if waiting is None:
        raise refusal("none", _("There is no longer a change of address to confirm."))
    return _send(actor, user, waiting.email)


@transaction.atomic
def cancel_email_change(*, actor: Access) -> bool:
    """End the change that waits; return whether there was one."""
    user = locked(actor)
    if not _end(user, LinkPurpose.EMAIL_CHANGE):
        return False
    record("identity.email_change_canceled", actor=actor, scope=person_scope(user.pk))
    return True


def _send(actor: Access, user: User, email: str) -> MailedLink:
    """Write one row and send one email, whoever has the address; at most five an hour to one
    address.
    """
    one_at_a_time(email)
    now = clock.now()
    _end(user, LinkPurpose.EMAIL_CHANGE)
    recent = MailedLink.objects.filter(email=email, sent_at__gt=now - HOUR).count()
    taken = address_taken(email, user)
    link = MailedLink(
        purpose=LinkPurpose.EMAIL_CHANGE,
        email=email,
        user=user,
        bound_to=fingerprint(user),
        ip=actor.ip or None,
        sent_at=now,
        expires_at=clock.clock("email_change_link").expires(now),
    )
    mail_link(
        LinkPurpose.EMAIL_CHANGE,
        link,
        code="user.already_registered" if taken else "user.email_change_confirm",
        to=Recipient(email),
        scope=person_scope(user.pk),
        instead=reverse("identity:sign-in") if taken else "",
        silent=recent >= MAILS_AN_HOUR,
    )
    return link


def _end(user: User, *purposes: LinkPurpose) -> int:
    links = MailedLink.objects.filter(user=user, purpose__in=purposes, used_at=None, ended_at=None)
    return links.update(ended_at=clock.now())


# --- confirming -----------------------------------------------------------------------------


@transaction.atomic
def confirm_email_change(*, actor: Access, token_hash: str) -> User:
    """Make the address that the link was sent to the person's address, in all places.

    The current session stays if it is this person's. All others end, and so does every other open
    link. The old address gets a notice and the link that undoes the change. Refused for a link that
    no longer works, and if someone else has taken the address in the meantime.
    """
    link, user = _used(token_hash, LinkPurpose.EMAIL_CHANGE)
    if user is None or link.bound_to != fingerprint(user):
        raise _link_ended()
    old, new = user.email, link.email
    one_at_a_time(new)
    if address_taken(new, user):
        raise _taken()
    _move(user, old, new)
    close_sessions(user, keep=actor.session_key if actor.user_id == user.pk else "")
    scope = person_scope(user.pk)
    record("identity.email_changed", actor=actor, scope=scope, old=old, new=new)
    _tell_old(user, old, actor)
    _tell(user, actor)
    return user


def _used(token_hash: str, purpose: LinkPurpose) -> tuple[MailedLink, User | None]:
    """Use a link, once, and lock its person."""
    link = open_link(token_hash, purpose)
    if link is None or link.user_id is None:
        raise _link_ended()
    user = User.objects.select_for_update().filter(pk=link.user_id).first()
    open_still = MailedLink.objects.filter(pk=link.pk, used_at=None, ended_at=None)
    if not open_still.update(used_at=clock.now()):
        raise _link_ended()
    return link, user


def _link_ended() -> Refused:
    return refusal("link", _("This link was already used or has ended."))


def _taken() -> Refused:
    words = _(
        "Someone else has registered with this address in the meantime. Your "
        "address did not change."
    )
    return refusal("taken", words)


def _move(user: User, old: str, new: str) -> None:
    """Switch the address, and update or delete everything that held the old one."""
    now = clock.now()
    user.email, user.email_confirmed_at, user.emails_fail_since = new, now, None
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "email_confirmed_at", "emails_fail_since"])
    except IntegrityError:
        raise _taken() from None
    address_works(user)
    links = MailedLink.objects.filter(Q(user=user) | Q(email=old))
    undo = Q(purpose=LinkPurpose.EMAIL_UNDO)
    links.exclude(undo).filter(used_at=None, ended_at=None).update(ended_at=now)
    links.exclude(undo).filter(email=old).update(email="")
    links.filter(undo, user=user, email=new).update(email="", ended_at=now)
    forget_address(old, new)
    for _answer in address_changed(user, old, new):
        pass


def _tell_old(user: User, old: str, actor: Access) -> None:
    now = clock.now()
    expires = clock.clock("email_change_undo").expires(now)
    mail_link(
        LinkPurpose.EMAIL_UNDO,
        MailedLink(
            purpose=LinkPurpose.EMAIL_UNDO, email=old, user=user, sent_at=now, expires_at=expires
        ),
        code=CHANGED,
        to=replace(recipient(user), email=old, user_id=None),  # the notice is of the other email
        scope=person_scope(user.pk),
        **_about(actor, until=expires),
    )


def _tell(user: User, actor: Access, *, undone: bool = False) -> None:
    """Send the notice of a change, or of its undoing, to the address that is valid now."""
    about = _about(actor, undone=undone)
    if undone:
        about |= {"url": reverse("identity:recover"), "button": _("Set a new password")}
    notify(CHANGED, scope=person_scope(user.pk), to=[recipient(user)], **about)


def _about(
    actor: Access, *, until: dt.datetime | None = None, undone: bool = False
) -> dict[str, Any]:
    return {"at": clock.now(), "ip": actor.ip, "until": until, "undone": undone}


# --- undoing --------------------------------------------------------------------------------


@transaction.atomic
def undo_email_change(*, actor: Access, token_hash: str) -> User:
    """Give the person the old address back, whatever was changed since.

    All sessions end, and every link that was sent after the change. Refused for a link that no
    longer works.
    """
    link, user = _used(token_hash, LinkPurpose.EMAIL_UNDO)
    if user is None:
        raise _link_ended()
    newer, old = user.email, link.email
    one_at_a_time(old)
    _end(user, LinkPurpose.EMAIL_UNDO)
    MailedLink.objects.filter(pk=link.pk).update(email="")
    _move(user, newer, old)
    close_sessions(user)
    _forget_undo(Q(user=user) & ~Q(email=old))
    scope = person_scope(user.pk)
    record("identity.email_change_undone", actor=actor, scope=scope, new=old)
    _tell(user, actor, undone=True)
    return user


def sweep_email_undo() -> int:
    """Forget the old addresses whose 72 hours are over; return how many."""
    return _forget_undo(Q(expires_at__lte=clock.now()) | Q(ended_at__isnull=False))


def _forget_undo(which: Q) -> int:
    links = MailedLink.objects.filter(which, purpose=LinkPurpose.EMAIL_UNDO).exclude(email="")
    for link in links:
        if not User.objects.filter(email=link.email).exists():
            forget_address(link.email)
    return links.update(email="", ended_at=clock.now())
