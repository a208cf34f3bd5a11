"""Notices of the program in words: state, audience, times, what readers have done."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.text import filled, listed
from messages_app.models import NoticeReader, ProgramNotice
from messages_app.selectors.program_notices import (
    OLDER,
    SEEN,
    UNSEEN,
    stage_of,
    type_names,
)
from messages_app.states import Group

READING_STATES = (
    (SEEN, gettext_lazy("Seen")),
    (OLDER, gettext_lazy("Seen before it was corrected")),
    (UNSEEN, gettext_lazy("Not seen")),
)


def stage_word(notice: ProgramNotice) -> str:
    """The state of a notice now."""
    return str(stage_of(notice).label)


def ways_words(notice: ProgramNotice) -> str:
    """How readers get a notice."""
    if notice.has_banner and notice.has_message:
        return _("Banner and message")
    return _("Banner") if notice.has_banner else _("Message")


def read_words(notice: Any) -> str:
    """Whether the reader of a list has read the newest version."""
    return _("Read") if notice.seen == notice.number else _("Not read yet")


def reader_state(reader: NoticeReader) -> str:
    """What a reader has done with a notice."""
    code = UNSEEN if not reader.seen else SEEN if reader.seen == reader.notice.number else OLDER
    return str(dict(READING_STATES)[code])


def group_words(groups: Any) -> str:
    """Groups of readers by their names."""
    return listed(str(Group(one).label) for one in Group.values if one in groups)


def audience_words(notice: ProgramNotice, accounts: int) -> list[str]:
    """Whom a notice is for: its groups, then what narrows them."""
    words = [group_words(notice.groups)]
    if notice.business_types:
        names = listed(type_names(notice.business_types))
        words.append(filled(_("Only for business types: %(names)s"), names=names))
    if notice.by_account:
        words.append(
            ngettext("Only for %(n)s account", "Only for %(n)s accounts", accounts)
            % {"n": accounts}
        )
    return words


_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n\s*")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, separated by empty lines."""
    return [one for one in _PARAGRAPHS.split(text.strip("\n")) if one.strip()]
