"""What the portal tells all contacts by itself also stands among the messages of the account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from audit.scopes import Scope
from core import clock
from core.access import system
from messages_app.machine import THREAD
from messages_app.models import Message, Thread
from messages_app.services.readings import arrived
from messages_app.states import Side, ThreadKind, ThreadStatus
from notifications.providers.kinds import Kind

#: An email about a message is about one that stands there already.
_ABOUT_MESSAGES = "message."


def keep(scope: Scope, kind: Kind, subject: str, body: str, url: str) -> None:
    """Write what all contacts were told into the list of the account: closed, because nobody
    answers it.
    """
    if scope.id is None or kind.code.startswith(_ABOUT_MESSAGES):
        return
    now = clock.now()
    thread = Thread.objects.create(
        security_model_id=scope.id,
        kind=ThreadKind.PORTAL,
        subject=subject[:1].upper() + subject[1:],
        status=ThreadStatus.CLOSED,
        opened_at=now,
        last_message_at=now,
        last_side=Side.PORTAL,
        waits_since=clock.today(),
        url=url,
    )
    THREAD.begin(thread, actor=system("Messages"))
    Message.objects.create(
        thread=thread,
        security_model_id=scope.id,
        side=Side.PORTAL,
        body=body,
        sent_at=now,
        author_name=str(_("The portal")),
    )
    arrived(thread)
