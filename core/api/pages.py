"""Pages of a list: at most 100 rows each, with links to the next and previous page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

MOST = 100
USUAL = 25
LAST = 1_000_000

PAGING = [
    OpenApiParameter(
        "page", {"type": "integer", "minimum": 1, "maximum": LAST, "default": 1}, description="page"
    ),
    OpenApiParameter(
        "size",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        description="rows on a page",
    ),
]


def paged(rows: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of one page of ``rows``."""
    return inline_serializer(
        f"PageOf{rows.__name__}",
        {
            "count": serializers.IntegerField(),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": rows(many=True),
        },
    )


def _number(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        words = _("Send a whole number from 1 to %(most)s.") % {"most": most}
        raise serializers.ValidationError({name: [words]}, code="number")
    return int(text)


def page_of(
    request: Request,
    rows: QuerySet[Any] | Sequence[Any],
    shown: type[serializers.Serializer[Any]],
    context: dict[str, Any],
) -> dict[str, Any]:
    """The page for ``page`` and ``size``; a page after the end is empty."""
    number = _number(request, "page", 1, LAST)
    size = _number(request, "size", USUAL, MOST)
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    start = (number - 1) * size
    address = request.get_full_path()
    return {
        "count": count,
        "next": replace_query_param(address, "page", number + 1) if start + size < count else None,
        "previous": replace_query_param(address, "page", number - 1) if number > 1 else None,
        "results": shown(rows[start : start + size], many=True, context=context).data,
    }
