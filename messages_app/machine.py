"""The life cycle of a thread: it waits for one side until that side writes, or until it is closed
(M4). The life cycle of a notice of the program; whether one is shown follows from its times.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.scopes import PROGRAM, Scope, model_scope
from core.access import Access
from core.errors import Problem
from messages_app.models import ProgramNotice, Thread
from messages_app.policies import P
from messages_app.states import NoticeStatus as N
from messages_app.states import ThreadStatus as S


def scope_of(row: Thread) -> Scope:
    """The owner of a thread."""
    return model_scope(row.security_model_id)


def _answered_first(row: Thread, access: Access) -> Iterator[Problem]:
    """A company answers an inquiry; only the program ends it without an answer."""
    if row.is_open_inquiry and not access.is_staff:
        words = _("CBP waits for your answer to this inquiry. Answer it before you close it.")
        yield Problem("inquiry", words)


def _people_write_here(row: Thread, access: Access) -> Iterator[Problem]:
    """What the portal says by itself is read, and nothing more."""
    if not row.is_answerable:
        words = _(
            "The portal wrote this by itself and nobody would read an answer. Write a new one."
        )
        yield Problem("portal", words)


THREAD = Machine(
    "thread",
    S,
    scope_of,
    [
        move(
            "answer_as_partner",
            gettext_lazy("Send to CBP"),
            [S.PARTNER, S.CLOSED],
            S.PROGRAM,
            P.READ,
            _people_write_here,
        ),
        move(
            "answer_as_program",
            gettext_lazy("Send to the partner"),
            [S.PROGRAM, S.CLOSED],
            S.PARTNER,
            P.ANSWER,
            _people_write_here,
        ),
        move(
            "close",
            gettext_lazy("Close"),
            [S.PARTNER, S.PROGRAM],
            S.CLOSED,
            P.READ,
            _answered_first,
        ),
    ],
)


def notice_scope(notice: ProgramNotice) -> Scope:
    """A notice belongs to the program."""
    return PROGRAM


NOTICE = Machine(
    "program_notice",
    N,
    notice_scope,
    [
        move("publish", gettext_lazy("Publish"), [N.DRAFT], N.PUBLISHED, P.PUBLISH_NOTICES),
        move("discard", gettext_lazy("Discard"), [N.DRAFT], N.DISCARDED, P.PUBLISH_NOTICES),
        move("correct", gettext_lazy("Correct"), [N.PUBLISHED], N.PUBLISHED, P.PUBLISH_NOTICES),
        move("withdraw", gettext_lazy("Withdraw"), [N.PUBLISHED], N.WITHDRAWN, P.PUBLISH_NOTICES),
    ],
)
