"""What a hand-over of partners means for their open threads: they go along, and say so."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.compiled import any_of
from core.text import filled
from identity.models import User
from messages_app.models import Message, Thread
from messages_app.states import Side, ThreadKind, ThreadStatus
from security_models.models import SecurityModel

#: How many lines one statement writes.
_CHUNK = 2_000


def say_who_comes(models: Sequence[SecurityModel], staff: User) -> Mapping[uuid.UUID, int]:
    """Write the new specialist into each open thread of these partners, as a line of the portal.

    The line is unread for nobody, ends no inquiry, and changes neither whom a thread waits for nor
    its version: an answer that is being typed can be sent. Returns how many open threads each
    partner has.
    """
    is_open = ~Q(status=ThreadStatus.CLOSED) | Q(inquiry_on__isnull=False, replied_on=None)
    rows = Thread.objects.filter(is_open, kind=ThreadKind.CONVERSATION)
    rows = rows.filter(any_of("security_model", [model.pk for model in models]))
    found = list(rows.order_by().values_list("pk", "security_model_id"))
    words = _("%(name)s now looks after this C-TPAT account and reads its messages.")
    body, now = filled(words, name=staff.name), clock.now()
    Message.objects.bulk_create(
        (
            Message(
                thread_id=thread_id,
                security_model_id=model_id,
                side=Side.PORTAL,
                body=body,
                sent_at=now,
                author_name=str(_("The portal")),
            )
            for thread_id, model_id in found
        ),
        batch_size=_CHUNK,
    )
    return Counter(model_id for _thread, model_id in found)
