"""Reads people: who may act, what they must do before a page opens, and histories."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from core import clock
from core.access import Access
from core.crypto import keyed_hash
from core.errors import NotVisible, Problem
from identity.credentials.growing_delay import name_hash
from identity.models import (
    BackupCode,
    CalendarFeed,
    KeptPost,
    MailedLink,
    SecurityQuestion,
    Session,
    SignInEvent,
    User,
)
from identity.providers import who_reactivates
from identity.states import DisabledKind, LinkPurpose, SetUpStep, StaffRole
from notifications.models import FailingAddress
from notifications.providers.kinds import Recipient
from notifications.selectors import failing


def user_by_email(email: str) -> User | None:
    """The person with that normalized address."""
    return User.objects.filter(email=email).first()


def user_by_id(user_id: Any) -> User | None:
    """The person with that id."""
    return User.objects.filter(pk=user_id).first()


def failing_emails(user: User) -> FailingAddress | None:
    """Why emails to a person come back; asked only if they do."""
    return failing(user.email) if user.emails_fail_since is not None else None


def people_by_id(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, User]:
    """The people with these ids."""
    return User.objects.in_bulk(list(user_ids))


# --- who may act ----------------------------------------------------------------------------


def password_ends_at(user: User) -> dt.datetime | None:
    """The instant at which the password expires (U4); None if there is no password yet."""
    if user.password_changed_at is None:
        return None
    return clock.clock("password").expires(user.password_changed_at)


def password_expired(user: User) -> bool:
    """Whether the person must change the password before anything else (U4)."""
    ends = password_ends_at(user)
    return ends is None or clock.now() >= ends


def passwords_that_end(latest_start: dt.date) -> Iterator[tuple[User, dt.datetime]]:
    """Active people whose password was set on or before a program day, and when it ends.

    Passwords that have already expired are left out, and so are disabled people.
    """
    period = clock.clock("password")
    now = clock.now()
    set_before = dt.datetime.combine(latest_start, dt.time.max, tzinfo=clock.PROGRAM_ZONE)
    people = User.objects.filter(
        set_up_step=SetUpStep.DONE,
        disabled_at=None,
        password_changed_at__lte=set_before + dt.timedelta(days=1),
        password_changed_at__gt=now - (period.expires(now) - now),
    )
    for user in people.order_by("pk").iterator():
        if (ends := password_ends_at(user)) is not None:
            yield user, ends


def password_warning(user: User) -> int | None:
    """The days left before the password expires, from the first reminder on; None otherwise."""
    ends = password_ends_at(user)
    if ends is None or clock.now() >= ends:
        return None
    days = (clock.program_date(ends) - clock.program_date(clock.now())).days
    first = -min(clock.clock("password").reminder_offsets, default=0)
    return days if days <= first else None


def may_act(user: User) -> Problem | None:
    """Why this person may do nothing at the moment, by any way of entry; or None.

    Runs no queries. The detours of ``views.browser_session`` keep pages closed; the API's
    authentication asks here about the holder of a key.
    """
    if user.disabled_at is not None:
        return Problem("user_disabled", _("This user is disabled."), url="/account/disabled")
    if user.set_up_step != SetUpStep.DONE:
        return Problem("set_up_unfinished", _("This user has not finished the registration."))
    if password_expired(user):
        words = _("The password has expired and must be changed first.")
        return Problem("password_expired", words, url="/account/password")
    return None


def may_act_now(user_id: Any) -> Problem | None:
    """Same as :func:`may_act`, but read from the row in this transaction: for binding acts."""
    user = user_by_id(user_id)
    if user is None:
        return Problem("user_disabled", _("This user is disabled."))
    return may_act(user)


def reactivators(user: User) -> list[str]:
    """The names of those who can reactivate a disabled user (R7); empty if only management can."""
    if user.disabled_kind == DisabledKind.BY_HAND:
        return []
    return sorted({name for names in who_reactivates(user) for name in names})


def management(about: object) -> list[Recipient]:
    """All active members of management: the recipient group ``management``."""
    people = User.objects.filter(
        staff_role=StaffRole.MANAGEMENT, set_up_step=SetUpStep.DONE, disabled_at=None
    )
    return [recipient(user) for user in people.order_by("email")]


def management_beside(user: User) -> list[str]:
    """The names of management for a member of staff whom only they can reactivate (R7)."""
    return sorted(one.name for one in management(user) if one.user_id != user.pk)


def recipient(user: User) -> Recipient:
    """The user as a recipient of notices."""
    return Recipient(
        user.email,
        user.name,
        user.pk,
        user.language,
        user.time_zone,
        is_disabled=user.disabled_at is not None,
    )


def recipient_at(email: str, name: str) -> Recipient:
    """Whoever has a sign-in with an address, addressed by that name; or the bare address."""
    user = user_by_email(email)
    if user is None or user.set_up_step != SetUpStep.DONE:
        return Recipient(email, name)
    return replace(recipient(user), name=name)


# --- second factor --------------------------------------------------------------------------


def authenticator_of(user: User) -> TOTPDevice | None:
    """The person's authenticator app, if one is set up."""
    return TOTPDevice.objects.filter(user_id=user.pk, confirmed=True).order_by("pk").first()


def passkeys_of(user: User) -> list[WebAuthnCredential]:
    """The person's passkeys, oldest first."""
    return list(WebAuthnCredential.objects.filter(user_id=user.pk, confirmed=True).order_by("pk"))


def passkey(passkey_id: int, *, access: Access) -> WebAuthnCredential:
    """One of the reader's own passkeys. Raises NotVisible otherwise."""
    own = passkeys_of(access.user) if access.user is not None else []
    found = next((one for one in own if one.pk == passkey_id), None)
    if found is None:
        raise NotVisible("passkey")
    return found


def has_second_factor(user: User) -> bool:
    """Whether the person has an authenticator app or a passkey. Backup codes only replace one of
    these.
    """
    return authenticator_of(user) is not None or bool(passkeys_of(user))


def codes_left(user: User) -> int:
    """How many backup codes can still be used."""
    return BackupCode.objects.filter(sheet__user_id=user.pk, used_at=None).count()


# --- calendar -------------------------------------------------------------------------------


def calendar_of(user: User) -> CalendarFeed | None:
    """The person's calendar address, if there is one."""
    return CalendarFeed.objects.filter(user_id=user.pk).first()


# --- links ----------------------------------------------------------------------------------


def fingerprint(user: User) -> str:
    """What a link may be bound to: it changes with the password, the address and the status."""
    state = (user.pk, user.password, user.email, user.disabled_at, user.set_up_step)
    return keyed_hash("mailed-link", ":".join(map(str, state)))


def mailed_link(secret_hash: str, purpose: str) -> MailedLink | None:
    """The link of that purpose with that secret, in whatever state."""
    return MailedLink.objects.filter(token_hash=secret_hash, purpose=purpose).first()


def open_link(secret_hash: str, purpose: str) -> MailedLink | None:
    """The link with that secret if it can still be used. Reading it changes nothing."""
    return (
        MailedLink.objects.select_related("user")
        .filter(
            token_hash=secret_hash,
            purpose=purpose,
            used_at=None,
            ended_at=None,
            expires_at__gt=clock.now(),
        )
        .first()
    )


def reset_link(secret_hash: str) -> MailedLink | None:
    """The link for a new password with that secret if it can still be used, with its user.

    It no longer works once the password, the address or the status differs from when it was
    emailed.
    """
    link = open_link(secret_hash, LinkPurpose.PASSWORD_RESET)
    if link is None or link.user is None or link.bound_to != fingerprint(link.user):
        return None
    return link if link.without_answers or not recovery_paused(link.user) else None


def unanswered_requests() -> QuerySet[MailedLink]:
    """Requests for a new password that no task has answered yet, oldest first."""
    waiting = MailedLink.objects.filter(
        purpose=LinkPurpose.PASSWORD_RESET, bound_to="", ended_at=None, expires_at__gt=clock.now()
    )
    return waiting.order_by("sent_at")


def recovery_paused(user: User) -> bool:
    """Whether too many wrong answers were given lately."""
    until = user.recovery_paused_until
    return until is not None and clock.now() < until


def questions_of(user: User) -> list[SecurityQuestion]:
    """The person's security questions in order. Old or lost sets have fewer than three."""
    return list(SecurityQuestion.objects.filter(user=user).order_by("position"))


def pending_email_change(user: User) -> MailedLink | None:
    """The change of address that waits for its confirmation (U7)."""
    links = MailedLink.objects.filter(
        user=user,
        purpose=LinkPurpose.EMAIL_CHANGE,
        bound_to=fingerprint(user),
        used_at=None,
        ended_at=None,
        expires_at__gt=clock.now(),
    )
    return links.order_by("-sent_at").first()


def address_held(email: str, but: User | None = None) -> bool:
    """Whether someone gave this address up a short while ago and can have it back (U7)."""
    links = MailedLink.objects.filter(
        email=email,
        purpose=LinkPurpose.EMAIL_UNDO,
        used_at=None,
        ended_at=None,
        expires_at__gt=clock.now(),
    )
    return (links.exclude(user=but) if but else links).exists()


def address_taken(email: str, but: User | None = None) -> bool:
    """Whether someone else has this address or can have it back. The work is the same for both."""
    users = User.objects.filter(email=email)
    had = (users.exclude(pk=but.pk) if but else users).exists()
    return address_held(email, but) or had


# --- sessions -------------------------------------------------------------------------------


def open_sessions(user: User) -> QuerySet[Session]:
    """The sessions in which this person is signed in now, the most recently used first."""
    now = clock.now()
    return Session.objects.filter(
        user=user,
        seen_at__gt=now - dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        began_at__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
    ).order_by("-seen_at", "session_key")


# --- histories ------------------------------------------------------------------------------


def sign_ins_of(access: Access) -> QuerySet[SignInEvent]:
    """The reader's own attempts to sign in, including those by others with the reader's address.

    Attempts under an earlier address are included: they concern the same person.
    """
    if access.user is None:
        raise NotVisible("sign-ins")
    mine = Q(email_hash=name_hash(access.user.email), user=None)
    return SignInEvent.objects.filter(mine | Q(user=access.user))


def kept_paths(user: User) -> list[str]:
    """The pages for which something typed is kept for this person."""
    alive = clock.now() - dt.timedelta(seconds=settings.KEPT_POST_SECONDS)
    kept = KeptPost.objects.filter(user=user, kept_at__gt=alive)
    return sorted(set(kept.values_list("path", flat=True)))


def kept_post(user: User, path: str) -> KeptPost | None:
    """The newest text that was kept for this person and page and is not too old."""
    alive = clock.now() - dt.timedelta(seconds=settings.KEPT_POST_SECONDS)
    kept = KeptPost.objects.filter(user=user, path=path, kept_at__gt=alive)
    return kept.order_by("-kept_at").first()
