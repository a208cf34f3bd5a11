"""Parts of pages, each drawn once for everything that it shows.

Most rows of a list are the same each time it is opened, and so are its filters. Drawing them takes
much of the time of the page (docs/performance.md).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

#: Stand in a kept part for what each page puts there. No text can contain them by chance.
_TOKEN, _HERE = uuid.uuid4().hex, uuid.uuid4().hex
_PLAIN = (str, int, bool, type(None), uuid.UUID)


class Kept(template.Node):
    """Draws its body for a value, or for each of several; see :func:`do_kept`."""

    def __init__(
        self,
        name: str,
        rows: FilterExpression | None,
        named: Sequence[str],
        unless: FilterExpression | None,
        parser: Parser,
    ) -> None:
        self.name = name
        self.rows = rows
        self.named = {one: parser.compile_filter(one) for one in named}
        self.unless = unless
        self.here = parser.compile_filter("nav.here")
        self.body = parser.parse(("endkept",))
        parser.delete_first_token()

    def render(self, context: template.Context) -> SafeString:
        """The parts, with the token and the way back of this page."""
        rows = [context[self.name]] if self.rows is None else self.rows.resolve(context) or ()
        named = tuple(one.resolve(context) for one in self.named.values())
        typed = self.unless is not None and self.unless.resolve(context)
        draw = self.draw if typed else self._kept
        drawn = "".join(draw(row, named) for row in rows)
        if _TOKEN in drawn:
            drawn = drawn.replace(_TOKEN, conditional_escape(context.get("csrf_token") or ""))
        if _HERE in drawn:
            drawn = drawn.replace(_HERE, conditional_escape(self.here.resolve(context)))
        return mark_safe(drawn)  # noqa: S308 (drawn and escaped by the template)

    def _kept(self, row: Any, named: tuple[Any, ...]) -> str:
        """One part, kept if its values are plain. In tests they must be."""
        if _is_plain((row, named)):
            return _drawn(self, row, named, get_language())
        if settings.COMPARE_KEPT_MARKUP:
            raise TypeError(f"{row!r}, {named!r} cannot be kept by their values")
        return self.draw(row, named)

    def draw(self, row: Any, named: tuple[Any, ...]) -> str:
        """One part, from nothing but its values."""
        seen = {**dict(zip(self.named, named, strict=True)), self.name: row}
        alone = template.Context({**seen, "csrf_token": _TOKEN, "here": _HERE})
        source = template.Template("")
        with alone.bind_template(source), alone.render_context.push_state(source):
            return self.body.render(alone)


@lru_cache(maxsize=8192)
def _drawn(part: Kept, row: Any, named: tuple[Any, ...], _language: str | None) -> str:
    """Kept by all that is shown: the markup, the values, and the language."""
    return part.draw(row, named)


def _is_plain(value: Any) -> bool:
    """Whether equal values look the same: no text marked as safe, nothing that can change."""
    if type(value) in _PLAIN:
        return True
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return is_dataclass(value) and all(_is_plain(getattr(value, one.name)) for one in fields(value))


@register.tag("kept")
def do_kept(parser: Parser, token: Token) -> Kept:
    """``{% kept row in rows %} … {% endkept %}``: like ``for``, but equal rows are drawn once.

    ``{% kept chart %}`` draws a part for a single value. ``with`` names what the body sees besides:
    ``{% kept row in rows with id %}``. ``unless`` names a condition under which nothing is kept,
    because people typed what is shown: ``{% kept row in rows unless page.is_typed %}``.

    The body also sees ``here`` (``nav.here``) and the token of forms, and nothing else of the page.
    So a kept part cannot show what belongs to another reader, time or page. Its values are plain,
    or frozen dataclasses and tuples of plain values; dates and sentences in them are words already.
    """
    words, _, unless = " ".join(token.split_contents()[1:]).partition(" unless ")
    words, _, more = words.partition(" with ")
    name, _, rows = words.partition(" in ")
    if not name.isidentifier():
        raise template.TemplateSyntaxError("write {% kept row in rows with more unless typed %}")
    filters = [parser.compile_filter(one) if one else None for one in (rows, unless)]
    return Kept(name, filters[0], more.split(), filters[1], parser)
