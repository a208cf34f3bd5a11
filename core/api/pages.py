"""Pages of a list: at most 100 rows each, with links to the next and previous page.

A list with rows that change meanwhile has a cursor instead: the place after the last row that was
given, in an order that never changes. So no row is left out or given twice.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
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

CURSOR = [
    OpenApiParameter(
        "cursor", {"type": "string", "maxLength": 200}, description="from the address in `next`"
    ),
    PAGING[1],
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


# --- cursors --------------------------------------------------------------------------------------


def cut(rows: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The schema of one part of a list with a cursor."""
    return inline_serializer(
        f"PartOf{rows.__name__}",
        {"next": serializers.CharField(allow_null=True), "results": rows(many=True)},
    )


def part_of(
    request: Request,
    rows: QuerySet[Any],
    shown: type[serializers.Serializer[Any]],
    context: dict[str, Any],
    *,
    by: str,
) -> dict[str, Any]:
    """The part of a list after the cursor. ``by`` is a moment of each row that never changes."""
    size = _number(request, "size", USUAL, MOST)
    if cursor := request.query_params.get("cursor", ""):
        at, pk = _place(cursor)
        rows = rows.filter(Q(**{f"{by}__gt": at}) | Q(**{by: at, "pk__gt": pk}))
    found = list(rows.order_by(by, "pk")[: size + 1])
    part = found[:size]
    address = None
    if len(found) > size:
        place = _cursor(getattr(part[-1], by), part[-1].pk)
        address = replace_query_param(request.get_full_path(), "cursor", place)
    return {"next": address, "results": shown(part, many=True, context=context).data}


def _cursor(at: dt.datetime, pk: uuid.UUID) -> str:
    text = json.dumps([at.astimezone(dt.UTC).isoformat(), str(pk)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[dt.datetime, uuid.UUID]:
    """The place that a cursor means. It is opaque to callers, so anything else is refused."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        at, pk = json.loads(text)
        place = dt.datetime.fromisoformat(at).astimezone(dt.UTC), uuid.UUID(pk)
        if _cursor(*place) != cursor:
            raise ValueError("not one of ours")
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        words = _("Take the address in “next”, or begin without a cursor.")
        raise serializers.ValidationError({"cursor": [words]}, code="cursor") from error
    return place
