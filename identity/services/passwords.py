"""Sets the first password, changes it, and sets one by an emailed link (U3 to U6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.days import days_left
from core.errors import refusal, refuse
from identity.credentials.passwords import HISTORY, problems_of
from identity.models import MailedLink, PasswordRecord, SecurityQuestion, User
from identity.selectors.user_state import fingerprint, password_ends_at, recipient
from identity.services.recovery import end_reset_links
from identity.services.sessions import close_sessions
from identity.services.set_up import locked
from identity.services.sign_in import prove_password
from identity.states import LinkPurpose, SetUpStep, SignInStep
from notifications.services.sending import notify


def _write(user: User, password: str) -> None:
    """Set the password of a locked user and remember it; forget older ones that are not needed."""
    now = clock.now()
    user.set_password(password)
    user.password_changed_at = now
    PasswordRecord.objects.create(user=user, password=user.password, set_at=now)
    newest = PasswordRecord.objects.filter(user=user).order_by("-set_at", "-id")
    kept = list(newest.values_list("pk", flat=True)[:HISTORY])
    PasswordRecord.objects.filter(user=user).exclude(pk__in=kept).delete()


def _checked(user: User, password: str) -> None:
    problems = problems_of(password, user)
    refuse(problems)


@transaction.atomic
def set_first_password(*, actor: Access, new_password: str) -> User:
    """Finish the registration with the first password: the last step of the set-up (U1)."""
    user = locked(actor)
    if user.set_up_step != SetUpStep.PASSWORD:
        words = _("This step isn't open yet. Complete the pages in order.")
        raise refusal("order", words)
    _checked(user, new_password)
    _write(user, new_password)
    user.set_up_step = SetUpStep.DONE
    user.save(update_fields=["password", "password_changed_at", "set_up_step"])
    open_links = MailedLink.objects.filter(
        email=user.email, purpose=LinkPurpose.REGISTRATION, used_at=None, ended_at=None
    )
    open_links.update(ended_at=clock.now())
    scope = person_scope(user.pk)
    record("identity.password_set", actor=actor, scope=scope)
    record("identity.registered", actor=actor, scope=scope)
    notify("user.welcome", scope=scope, to=[recipient(user)], url="/", user=user)
    return user


def change_password(
    *, actor: Access, request: Any, current_password: str, new_password: str
) -> User:
    """Change the actor's own password with the current one (U5); other sessions end.

    The check of the current password is throttled like sign-in and stays outside the transaction of
    the change, so that a failure counts although the change is refused.
    """
    proved = prove_password(
        actor=actor,
        request=request,
        email=actor.user.email,
        password=current_password,
        step=SignInStep.PROOF,
        field="current_password",
    )
    return _change(actor, proved.password, new_password)


@transaction.atomic
def _change(actor: Access, proved_hash: str, new_password: str) -> User:
    user = locked(actor)
    if user.password != proved_hash:
        words = _("The password was changed elsewhere at the same moment. Reload the page.")
        raise refusal("lost_race", words)
    _checked(user, new_password)
    _write(user, new_password)
    user.save(update_fields=["password", "password_changed_at"])
    close_sessions(user, keep=actor.session_key)
    scope = person_scope(user.pk)
    record("identity.password_changed", actor=actor, scope=scope)
    notify(
        "user.password_changed",
        scope=scope,
        to=[recipient(user)],
        url=reverse("identity:security-history"),
        at=clock.now(),
        ip=actor.ip,
    )
    return user


@transaction.atomic
def reset_password(*, actor: Access, link: MailedLink, new_password: str) -> User:
    """Set a new password by an emailed link under which the person was proved (U6).

    This uses the link up: if several requests come at once, one works. All sessions end. The second
    factor stays as it is, and so does a disabled state. Answers that were reported lost are
    deleted, so that the person chooses new questions.
    """
    user = locked(actor)
    now = clock.now()
    used = MailedLink.objects.filter(
        pk=link.pk,
        user=user,
        purpose=LinkPurpose.PASSWORD_RESET,
        used_at=None,
        ended_at=None,
        expires_at__gt=now,
        bound_to=fingerprint(user),
    ).update(used_at=now)
    if not used:
        raise refusal("link", _("This link was already used or has ended."))
    _checked(user, new_password)
    _write(user, new_password)
    user.recovery_paused_until = None
    user.save(update_fields=["password", "password_changed_at", "recovery_paused_until"])
    end_reset_links(user)
    close_sessions(user)
    if link.without_answers:
        SecurityQuestion.objects.filter(user=user).delete()
    scope = person_scope(user.pk)
    record("identity.password_reset", actor=actor, scope=scope)
    notify(
        "user.password_changed",
        scope=scope,
        to=[recipient(user)],
        url=reverse("identity:security-history"),
        at=now,
        ip=actor.ip,
    )
    return user


@transaction.atomic
def warn_of_expiry(*, user_id: Any, due: dt.date, offset: int) -> bool:
    """Remind a person once for each offset of the clock and each password (U4)."""
    user = User.objects.select_for_update().get(pk=user_id)
    ends = password_ends_at(user)
    if user.password_changed_at is None or ends is None or clock.program_date(ends) != due:
        return False
    sent = notify(
        "user.password_expiring",
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url=reverse("identity:password"),
        once_key=f"password:{user.pk}:{user.password_changed_at.isoformat()}:{offset}",
        due_date=date_format(due, "M j, Y"),
        left=days_left(due, clock.real_today()),
        ends=ends,
    )
    return bool(sent)
