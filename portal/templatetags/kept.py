"""Rows of lists, each drawn once for everything that it shows.

Most rows of a list are the same each time it is opened, and drawing them takes much of the
time of the page (docs/performance.md).
"""

from __future__ import annotations

import uuid
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

#: Stand in a kept row for what each page puts there. No text can contain them by chance.
_TOKEN, _HERE = uuid.uuid4().hex, uuid.uuid4().hex
_PLAIN = (str, int, bool, type(None), uuid.UUID)


class KeptRows(template.Node):
    """Draws its body for each row; see :func:`do_kept`."""

    def __init__(
        self, name: str, rows: FilterExpression, here: FilterExpression, body: NodeList
    ) -> None:
        self.name = name
        self.rows = rows
        self.here = here
        self.body = body

    def render(self, context: template.Context) -> SafeString:
        """The rows, with the token and the way back of this page."""
        language = get_language()
        drawn = "".join(_drawn(self, row, language) for row in self.rows.resolve(context) or ())
        if _TOKEN in drawn:
            drawn = drawn.replace(_TOKEN, conditional_escape(context.get("csrf_token") or ""))
        if _HERE in drawn:
            drawn = drawn.replace(_HERE, conditional_escape(self.here.resolve(context)))
        return mark_safe(drawn)  # noqa: S308 (drawn and escaped by the template)

    def draw(self, row: Any) -> str:
        """One row, from nothing but its values. Raises TypeError if they are not plain."""
        if not _is_plain(row):
            raise TypeError(f"{row!r} cannot be kept by its values")
        alone = template.Context({self.name: row, "csrf_token": _TOKEN, "here": _HERE})
        source = template.Template("")
        with alone.bind_template(source), alone.render_context.push_state(source):
            return self.body.render(alone)


@lru_cache(maxsize=2048)
def _drawn(rows: KeptRows, row: Any, _language: str | None) -> str:
    """Kept by all that is shown: the markup, the values of the row, and the language."""
    return rows.draw(row)


def _is_plain(value: Any) -> bool:
    """Whether equal values look the same: no text marked as safe, nothing that can change."""
    if is_dataclass(value):
        return all(_is_plain(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return type(value) in _PLAIN


@register.tag("kept")
def do_kept(parser: Parser, token: Token) -> KeptRows:
    """``{% kept row in rows %} … {% endkept %}``: like ``for``, but equal rows are drawn once.

    The body sees the row, ``here`` (``nav.here``) and the token of forms, and nothing else of the
    page. So a kept row cannot show what belongs to another reader, time or page. A row is a frozen
    dataclass of plain values; dates and sentences in it are words already.
    """
    parts = token.split_contents()
    if len(parts) != 4 or parts[2] != "in":
        raise template.TemplateSyntaxError("kept is written {% kept row in rows %}")
    rows, here = parser.compile_filter(parts[3]), parser.compile_filter("nav.here")
    body = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptRows(parts[1], rows, here, body)
