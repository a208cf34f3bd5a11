"""Shows what was agreed to: the body of a text, and dates from frozen content."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.safestring import SafeString

from agreements.presentation.agreement_text import body_as_html

register = template.Library()


@register.filter
def agreement_html(body: str) -> SafeString:
    """Markdown of an agreement as HTML with a short list of tags."""
    return body_as_html(body)


@register.filter
def from_iso(value: str | None) -> dt.date | None:
    """A date or an instant from frozen content, for the ``date`` filter."""
    if not value:
        return None
    return dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value)
