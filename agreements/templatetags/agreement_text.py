"""Showing the body of an agreement."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from agreements.texts import body_as_html

register = template.Library()


@register.filter
def agreement_html(body: str) -> SafeString:
    """Markdown of an agreement as HTML with a short list of tags."""
    return body_as_html(body)
