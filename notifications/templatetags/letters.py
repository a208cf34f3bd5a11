"""How the paragraphs of an email look as HTML. Its text is the same in both."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaksbr, urlize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_ITEM = re.compile(r"\n- (.+)\n  (\S+)")


@register.filter
def letter_part(text: str) -> SafeString:
    """A paragraph; a heading with a list of links; or words that are a link.

    Only pages of the portal are behind words: what a person has typed may look like a list, and
    its addresses stay in view.
    """
    head, items = _ITEM.sub("", text), _ITEM.findall(text)
    written = head + "".join(f"\n- {words}\n  {url}" for words, url in items)
    if items and written == text and all(_is_own(url) for _words, url in items):
        return _list(head, items)
    words, _colon, url = text.rpartition(":\n")
    if words and _is_own(url):
        return format_html(
            '<p style="margin: 24px 0 0"><a href="{}" style="color: #005ea2">{}</a></p>', url, words
        )
    return format_html("<p>{}</p>", linebreaksbr(urlize(text)))


def _is_own(url: str) -> bool:
    return url.startswith(f"{settings.SITE_URL}/") and url.split() == [url]


def _list(head: str, items: list[tuple[str, str]]) -> SafeString:
    rows = format_html_join(
        "",
        '<li style="margin: 0 0 8px"><a href="{}" style="color: #005ea2">{}</a></li>',
        ((url, words) for words, url in items),
    )
    return format_html(
        '<h2 style="margin: 24px 0 8px; font-size: 16px; color: #162e51">{}</h2>'
        '<ul style="margin: 0; padding: 0 0 0 20px">{}</ul>',
        head,
        rows,
    )
