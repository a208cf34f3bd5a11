"""The boxes at the left, drawn once for everything that they show."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.left_boxes import Boxes

register = template.Library()


@register.simple_tag
def left_boxes(boxes: Boxes | str, *, folded: bool = False) -> SafeString:
    """The boxes of this page (N1); folded where narrow screens show them on demand.

    An error page may know of no boxes: they are shown empty.
    """
    return _drawn(boxes or None, folded, get_language())


@lru_cache(maxsize=256)
def _drawn(boxes: Boxes | None, folded: bool, language: str) -> SafeString:
    """Kept by all that is shown and drawn from nothing else: other names, addresses or another
    current page are other boxes.
    """
    return render_to_string("portal/left_boxes.html", {"nav": boxes, "folded": folded})
