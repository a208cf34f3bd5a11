"""Ends sessions: one, all others, or all."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core.access import Access
from core.errors import refusal
from identity.acts_on_people import END_SESSIONS
from identity.models import Session, User
from identity.policies import P
from identity.selectors import disabled_people
from identity.selectors.user_state import open_sessions
from identity.services.asking import end_staff_asks


def close_sessions(user: User, *, keep: str = "") -> int:
    """Delete the sessions of a person except the one with the key ``keep``; return how many.

    For services that have checked rights and keep their own record. A request in progress in such a
    session cannot bring it back: a deleted session is not saved again. If nothing is kept, the
    round is raised as well, which also ends a session that begins at this moment.
    """
    ended, _by_table = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    if not keep:
        User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    return ended


def _require_may_end(actor: Access, user: User) -> None:
    if actor.user_id != user.pk:
        actor.require(P.END_SESSIONS)
        disabled_people.require_may_act_on(actor, user)


@transaction.atomic
def end_sessions(*, actor: Access, user: User, keep: str = "") -> int:
    """End the sessions of a person except the one with the key ``keep``; return how many were open.

    Everyone may end their own sessions. Those of others need ``identity.end_sessions``, and only
    management may end those of staff (``identity.selectors.disabled_people.may_act_on``).
    """
    _require_may_end(actor, user)
    count = sum(session.session_key != keep for session in open_sessions(user))
    close_sessions(user, keep=keep)
    scope = person_scope(user.pk)
    record("identity.sessions_ended", actor=actor, scope=scope, count=count, name=user.name)
    end_staff_asks(END_SESSIONS, user.pk)
    return count


@transaction.atomic
def end_session(*, actor: Access, user: User, handle: str) -> Session:
    """End one open session of a person, named by its handle. Refused if it is not open.

    Rights are the same as for :func:`end_sessions`.
    """
    _require_may_end(actor, user)
    found = next((one for one in open_sessions(user) if one.handle == handle), None)
    if found is None:
        words = _("This session has already ended.")
        raise refusal("session", words)
    Session.objects.filter(pk=found.pk).delete()
    record("identity.session_ended", actor=actor, scope=person_scope(user.pk))
    return found
