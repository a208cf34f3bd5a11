"""The schema of the API, as an API resource."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import Resource


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    """OpenAPI 3.0; it does not change while the process lives."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


class SchemaResource(Resource):
    """``GET /api/v1/schema``, for everyone who may use the API at all."""

    doors = {"GET": None}
    scopes = {"GET": None}

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """The schema as JSON."""
        return Response(_schema())
