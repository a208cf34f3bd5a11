"""A forgotten password (U6): the request, the emailed link, and wrong tries under it.

A request looks nobody up. It notes the address that was typed, and a task answers by email after
the page has been sent. So the request is the same work for every address. Limits: 5 emails an hour
to one address, 30 requests an hour from one network address; 5 wrong tries end a link, 10 within 24
hours pause recovery for 24 hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.crypto import secret_hash
from core.errors import Refused, refusal
from core.ids import new_secret
from core.jobs import enqueue
from identity.credentials.growing_delay import one_at_a_time
from identity.models import MailedLink, SignInEvent, User
from identity.selectors.user_state import (
    fingerprint,
    recipient,
    recovery_paused,
    reset_link,
    user_by_email,
)
from identity.services.mailed_links import mail_link
from identity.services.registration import HOUR, MAILS_AN_HOUR, REQUESTS_AN_HOUR, ask_for_link
from identity.states import LinkPurpose, SetUpStep, SignInStep
from notifications.services.sending import notify

TRIES_A_LINK = 5
TRIES_A_DAY = 10
DAY = PAUSE = dt.timedelta(hours=24)


@transaction.atomic
def ask_for_new_password(*, actor: Access, email: str) -> MailedLink:
    """Note that someone asked for a link with this normalized address (U6); a task answers.

    Refused only if this network address asks too often.
    """
    one_at_a_time(email)
    now = clock.now()
    nearby = MailedLink.objects.filter(sent_at__gt=now - HOUR, ip=actor.ip or None)
    if actor.ip and nearby.count() >= REQUESTS_AN_HOUR:
        words = _("Too many requests came from your network. Try again in an hour.")
        raise refusal("too_many", words, "email")
    asked = MailedLink.objects.create(
        purpose=LinkPurpose.PASSWORD_RESET,
        email=email,
        # Nobody knows this secret; the one that is sent is made together with the email.
        token_hash=secret_hash(new_secret()),
        ip=actor.ip or None,
        sent_at=now,
        expires_at=clock.clock("password_reset_link").expires(now),
    )
    enqueue("identity.tasks.answer_reset_request", asked.pk)
    return asked


@transaction.atomic
def answer_reset_request(*, actor: Access, asked: MailedLink) -> None:
    """Email a link to the person with the address that was typed, if there is one.

    Someone who has not finished registering gets the link that continues the registration. An
    unknown address gets nothing. Answering twice changes nothing.
    """
    own = MailedLink.objects.filter(email=asked.email, purpose=LinkPurpose.PASSWORD_RESET)
    found = own.select_for_update().filter(pk=asked.pk, bound_to="", ended_at=None).first()
    if found is None:
        return
    user = user_by_email(found.email)
    finished = user is not None and user.set_up_step == SetUpStep.DONE
    answered = own.filter(sent_at__gt=found.sent_at - HOUR).exclude(bound_to="").count()
    if user and finished and answered < MAILS_AN_HOUR and not recovery_paused(user):
        send_reset_link(actor=actor, user=user, asked=found)
        return
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    if user and not finished:
        ask_for_link(actor=actor, email=user.email)


@transaction.atomic
def send_reset_link(
    *, actor: Access, user: User, without_answers: bool = False, asked: MailedLink | None = None
) -> MailedLink:
    """Email a link with which ``user`` sets a new password; older links of its kind end.

    ``asked`` is the row of the request, which becomes the link. A link ``without_answers`` is for
    people who have lost them: it skips the questions, even while recovery is paused, and nothing
    else. The caller has checked that this person may have one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    now = clock.now()
    end_reset_links(user, with_answers_only=not without_answers)
    link = asked or MailedLink(purpose=LinkPurpose.PASSWORD_RESET, email=user.email, sent_at=now)
    link.user = user
    link.bound_to = fingerprint(user)
    link.without_answers = without_answers
    link.expires_at = clock.clock("password_reset_link").expires(now)
    link.ended_at = None
    scope = person_scope(user.pk)
    record("identity.reset_link_sent", actor=actor, scope=scope)
    mail_link(
        LinkPurpose.PASSWORD_RESET,
        link,
        code="user.password_reset_link",
        to=recipient(user),
        scope=scope,
        without_answers=without_answers,
    )
    return link


def end_reset_links(user: User, *, with_answers_only: bool = False) -> None:
    """End all emailed links with which this person could set a new password.

    With ``with_answers_only`` the helpdesk's link stays: anyone may ask on the public page, and
    must not be able to end what two people have decided.
    """
    links = MailedLink.objects.filter(user=user, purpose=LinkPurpose.PASSWORD_RESET)
    if with_answers_only:
        links = links.filter(without_answers=False)
    links.filter(used_at=None, ended_at=None).update(ended_at=clock.now())


def prove_under_link(*, actor: Access, link: MailedLink, check: Callable[[], object]) -> MailedLink:
    """Run ``check``, which proves who the holder of a link is; return the link if that still
    counts.

    Refused with the words of the check. A wrong try counts against the link and the day. This opens
    no transaction of its own, so that a failure stays recorded.
    """
    one_at_a_time(link.email)
    if reset_link(link.token_hash) is None:
        raise refusal("link", _("This link was already used or has ended."))
    try:
        check()
    except Refused as refused:
        if refused.code not in {"wait", "paused"}:
            assert link.user is not None  # noqa: S101  # an open link has a user
            pause_if_too_many(actor=actor, user=link.user)
            _wrong_try(link)
        raise
    return link


def _wrong_try(link: MailedLink) -> None:
    open_links = MailedLink.objects.filter(pk=link.pk, ended_at=None)
    open_links.update(wrong_tries=F("wrong_tries") + 1)
    open_links.filter(wrong_tries__gte=TRIES_A_LINK).update(ended_at=clock.now())


def pause_if_too_many(*, actor: Access, user: User) -> None:
    """Pause recovery and notify the person after too many wrong tries within a day.

    Call this after each recorded failure, outside any transaction that could undo it.
    """
    now = clock.now()
    failures = SignInEvent.objects.filter(
        user=user,
        succeeded=False,
        step__in=(SignInStep.ANSWERS, SignInStep.RECOVERY),
        at__gt=now - DAY,
    )
    if failures.count() < TRIES_A_DAY:
        return
    until = now + PAUSE
    not_paused = User.objects.filter(pk=user.pk).exclude(recovery_paused_until__gt=now)
    if not not_paused.update(recovery_paused_until=until):
        return
    user.recovery_paused_until = until
    end_reset_links(user, with_answers_only=True)
    scope = person_scope(user.pk)
    record("identity.recovery_paused", actor=replace(actor, user=None), scope=scope)
    notify(
        "user.recovery_paused", scope=scope, to=[recipient(user)], at=now, until=until, ip=actor.ip
    )
