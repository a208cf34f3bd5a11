"""Sentences of templates: Django's ``i18n``, with typed text isolated so that it cannot reorder the
sentence.

The settings use this library in place of ``i18n``, so that every ``blocktrans`` isolates the values
of its placeholders (``core.text.isolate``). Use the filter ``isolate`` for a single value next to
other words outside a ``blocktrans``, ``direction`` for the direction of a paragraph, and
``mailbox`` for the letters of an email address.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token, TokenType
from django.templatetags import i18n
from django.utils.safestring import SafeData, mark_safe

from core import text
from core.mailboxes import masked_address, shown_address

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


@register.filter(is_safe=True)
def isolate(value: Any) -> Any:
    """A value between marks that keep its direction inside; values that are not text stay."""
    if not isinstance(value, str):
        return value
    isolated = text.isolate(value)
    return mark_safe(isolated) if isinstance(value, SafeData) else isolated  # noqa: S308


@register.filter
def direction(value: Any) -> str:
    """``rtl`` or ``ltr``: the reading direction at the start of the text."""
    return text.direction(str(value))


@register.filter
def masked(value: Any) -> str:
    """An email address as operators see it: its first letter and its domain."""
    return masked_address(str(value or ""))


@register.filter
def mailbox(value: Any) -> str:
    """A stored email address, its domain in the letters in which it was typed."""
    return shown_address(str(value))


class _Isolated:
    """A value of ``with`` that is isolated when it is resolved."""

    def __init__(self, expression: FilterExpression) -> None:
        self.expression = expression

    def resolve(self, context: template.Context) -> Any:
        """The value."""
        return isolate(self.expression.resolve(context))


class _Sentence(i18n.BlockTranslateNode):
    """A ``blocktrans`` whose placeholders are isolated."""

    def render(self, context: template.Context, nested: bool = False) -> Any:
        """The sentence."""
        tokens = [*self.singular, *(self.plural or ())]
        places = {one.contents for one in tokens if one.token_type is TokenType.VAR}
        known = {
            name: isolate(context[name])
            for name in places - self.extra_context.keys()
            if name in context
        }
        with context.push(**known):
            sentence = super().render(context, nested=nested)
            kept = context[self.asvar] if self.asvar else None
        if self.asvar:
            context[self.asvar] = kept
        return sentence


@register.tag("blocktranslate")
@register.tag("blocktrans")
def do_block_translate(parser: Parser, token: Token) -> Any:
    """Same as Django's tag, but values are isolated."""
    node: Any = i18n.do_block_translate(parser, token)
    node.__class__ = _Sentence
    node.extra_context = {name: _Isolated(one) for name, one in node.extra_context.items()}
    return node
