"""Components that are drawn once for everything that they were given (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from portal.content_keys import NotKept, content_of

register = template.Library()

#: Components that one worker keeps, and the longest of them, in characters: at most 41 million.
MOST_COMPONENTS, LONGEST = 2048, 20_000


@lru_cache(MOST_COMPONENTS)
def _place(component: KeptComponent, content: bytes) -> list[SafeString]:
    """Where the markup of a component with this content is kept; empty at first."""
    return []


@dataclass(eq=False)
class KeptComponent(template.Node):
    """The markup of a component, drawn or kept."""

    values: list[FilterExpression]
    nodelist: NodeList

    def render(self, context: template.Context) -> SafeString:
        """The markup. Draws it without keeping it if a value has no known content."""
        reader = (get_language(), get_current_timezone_name())
        try:
            content = repr((reader, *self._content(context)))
        except NotKept:
            return self.nodelist.render(context)
        if len(content) > LONGEST:
            return self.nodelist.render(context)
        place = _place(self, sha256(content.encode()).digest())
        if place and not settings.COMPARE_KEPT_MARKUP:
            return place[0]
        drawn = self.nodelist.render(context)
        if place and place[0] != drawn:
            raise AssertionError(f"{self.origin}: {place[0]} was kept, but {drawn} is drawn")
        if len(drawn) <= LONGEST:
            place[:] = [drawn]
        return drawn

    def _content(self, context: template.Context) -> Iterator[Hashable]:
        given: dict[str, Any] = next(
            (one for one in reversed(context.dicts) if "cotton_data" in one), {}
        )
        for name, value in given.items():
            if name != "cotton_data":
                yield name, content_of(value)
        for expression in self.values:
            yield content_of(expression.resolve(context))


@register.tag("kept_component")
def do_kept_component(parser: Parser, token: Token) -> KeptComponent:
    """``{% kept_component %} … {% endkept_component %}``: the body of a component, drawn once.

    It is kept for the component's parameters, slots and other attributes, and for the values that
    the tag names: the component shows nothing else. So it can show nothing old and nothing of
    another reader. Where it shows more, tests fail: they draw it again each time and compare
    (``COMPARE_KEPT_MARKUP``).
    """
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept_component",))
    parser.delete_first_token()
    return KeptComponent(values, nodelist)
