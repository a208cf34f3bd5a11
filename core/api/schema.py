"""How the schema describes the API: keys and sessions, and the refusals of every operation."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


class FieldProblem(serializers.Serializer[Any]):
    """One reason for a refusal; ``field`` is empty if it concerns the whole body."""

    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    """A problem document."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    problems = FieldProblem(many=True, required=False)
    who = serializers.ListField(child=serializers.CharField(), required=False)
    scope = serializers.CharField(required=False)
    current_version = serializers.IntegerField(required=False, allow_null=True)


class KeyScheme(OpenApiAuthenticationExtension):
    """Keys in the Authorization header."""

    target_class = "core.api.keys.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Bearer."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    """The browser's session."""

    target_class = "core.api.keys.SessionAccess"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A cookie, by the name of the settings."""
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,8})"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="the ETag that was read",
)

#: For resources that answer with ``if_changed``.
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    {"type": "string"},
    OpenApiParameter.HEADER,
    description="the ETag of the answer that you have",
)
UNCHANGED = {304: OpenApiResponse(description="Not changed since the answer with this ETag")}

_RATE = [
    OpenApiParameter(
        f"RateLimit-{name}",
        {"type": "integer", "minimum": 0},
        OpenApiParameter.HEADER,
        response=True,
        description=words,
    )
    for name, words in (
        ("Limit", "calls in a minute"),
        ("Remaining", "calls that are left"),
        ("Reset", "seconds until the next call comes free"),
    )
]

_ALWAYS = {"401": "No caller", "403": "Not allowed", "404": "Nothing here", "429": "Too many calls"}
_CHANGE = {
    "400": "Not JSON",
    "412": "Stale version",
    "413": "Too large",
    "415": "Not JSON",
    "422": "Refused",
    "428": "No version",
}


class PortalSchema(AutoSchema):
    """Adds the refusals that every resource can answer with, and the version of a change."""

    def get_override_parameters(self) -> list[Any]:
        """A change of a row names the version that it is based on."""
        changes = self.method in {"PUT", "PATCH", "DELETE"}
        return [*_RATE, *([IF_MATCH] if changes else [])]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        shape = self.resolve_serializer(Refusal, direction).ref
        extra = {**_ALWAYS, **(_CHANGE if self.method != "GET" else {"422": "Refused"})}
        for code, words in extra.items():
            bodies.setdefault(
                code,
                {"description": words, "content": {"application/problem+json": {"schema": shape}}},
            )
        return bodies
