"""Filters for notices of the program: their stage, and what a reader has done."""

from __future__ import annotations

from django import template

from messages_app.models import NoticeReader, ProgramNotice
from messages_app.presentation.notice_rows import reader_state
from messages_app.selectors.program_notices import stage_of

register = template.Library()


@register.filter
def stage(notice: ProgramNotice) -> str:
    """The code of the stage of a notice, for ``{% status %}``."""
    return f"notice-{stage_of(notice).value}"


@register.filter
def reading(reader: NoticeReader) -> str:
    """What a reader has done with a notice."""
    return reader_state(reader)
