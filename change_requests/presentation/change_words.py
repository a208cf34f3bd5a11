"""What a request changes, in words: for lists, the record and emails. A personal number is shown by
its last four digits (T7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from change_requests.models import ChangeLine, ChangeRequest
from change_requests.states import ChangeAct
from core.text import filled


def line_words(line: ChangeLine) -> str:
    """One change: what is now, and what it is to be."""
    if line.act == ChangeAct.RENAME:
        words = _("company name from “%(before)s” to “%(after)s”")
        return filled(words, before=line.before_shown, after=line.shown)
    if line.act == ChangeAct.ADD:
        return filled(_("add %(kind)s %(after)s"), kind=kind_of(line), after=line.shown)
    if line.act == ChangeAct.REMOVE:
        return filled(_("remove %(kind)s %(before)s"), kind=kind_of(line), before=line.before_shown)
    words = _("change %(kind)s %(before)s to %(after)s")
    return filled(words, kind=kind_of(line), before=line.before_shown, after=line.shown)


def kind_of(line: ChangeLine) -> str:
    """The kind of number of a line."""
    kind = line.type or line.type_before
    return kind.name if kind is not None else ""


def all_words(lines: Iterable[ChangeLine]) -> str:
    """All changes, one after another."""
    return "; ".join(line_words(one) for one in lines)


def short_words(request: ChangeRequest, lines: Sequence[ChangeLine]) -> str:
    """What a request is about, as short as a cell of a list."""
    if request.is_of_name:
        return _("Company name")
    kinds = ", ".join(dict.fromkeys(kind_of(one) for one in lines))
    n = len(lines)
    count = ngettext("%(n)s number", "%(n)s numbers", n) % {"n": n}
    return filled("%(count)s: %(kinds)s", count=count, kinds=kinds) if kinds else count
