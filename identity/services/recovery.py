"""A forgotten password (U6): a mailed link, the security questions, then a new password."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.crypto import secret_hash
from core.ids import new_secret
from identity.models import MailedLink, User
from identity.selectors import fingerprint
from identity.states import LinkPurpose
from notifications.kinds import Recipient
from notifications.services import notify


@transaction.atomic
def send_reset_link(
    *, actor: Access, user: User, without_answers: bool = False, asked: MailedLink | None = None
) -> MailedLink:
    """Mail a link with which ``user`` sets a new password; older ones end.

    ``asked`` is the row that somebody's question has left, which becomes the link. A link
    ``without_answers`` is for those who have lost them: it skips the questions, also while
    recovery is paused, and nothing else. The caller has checked that this person may have one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    now, secret = clock.now(), new_secret()
    end_reset_links(user)
    link = asked or MailedLink(purpose=LinkPurpose.PASSWORD_RESET, email=user.email, sent_at=now)
    link.user = user
    link.token_hash = secret_hash(secret)
    link.bound_to = fingerprint(user)
    link.without_answers = without_answers
    link.expires_at = clock.clock("password_reset_link").expires(now)
    link.ended_at = None
    link.save()
    scope = person_scope(user.pk)
    record("identity.reset_link_sent", actor=actor, scope=scope)
    notify(
        "user.password_reset_link",
        scope=scope,
        # By mail alone: a notice inside the portal would keep the secret.
        to=[Recipient(user.email, user.name, language=user.language)],
        url=reverse("identity:recover-link", args=[secret]),
        without_answers=without_answers,
    )
    return link


def end_reset_links(user: User) -> None:
    """No link that was mailed for a new password of this person works any more."""
    links = MailedLink.objects.filter(user=user, purpose=LinkPurpose.PASSWORD_RESET)
    links.filter(used_at=None, ended_at=None).update(ended_at=clock.now())
