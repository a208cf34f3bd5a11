"""Responses of a security profile over the API, through the same services as the pages.

A read returns every criterion of the C-TPAT account with its response. A write names the version
that it is based on (``If-Match``) and is recorded as its user's own act.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import PAGING, Body, Resource, Scope, Text, paged
from files.states import ScanState
from security_profile import selectors
from security_profile.facts.criterion_answers import REASON_MAXIMUM, TEXT_MAXIMUM
from security_profile.policies import EDIT, VIEW
from security_profile.services.responses import Draft, save_response
from security_profile.states import CriterionState, Level


class EvidenceShown(serializers.Serializer[Any]):
    """A file attached to a response."""

    id = serializers.UUIDField(source="link_id")
    title = serializers.CharField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    sha256 = serializers.CharField()
    state = serializers.ChoiceField(choices=ScanState.choices)


class ResponseShown(serializers.Serializer[Any]):
    """A criterion with its response; ``version`` 0 means that nothing was saved yet."""

    code = serializers.CharField(help_text="number of the criterion, such as 3.5")
    category = serializers.IntegerField(source="criterion.entry.category.number")
    level = serializers.ChoiceField(choices=Level.choices, source="criterion.level")
    business_types = serializers.ListField(child=serializers.CharField(), source="criterion.types")
    statement = serializers.CharField(source="criterion.entry.statement")
    evidence_required = serializers.BooleanField(source="criterion.entry.evidence_required")
    status = serializers.ChoiceField(choices=CriterionState.choices)
    is_complete = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    not_applicable = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    is_ready = serializers.BooleanField()
    evidence = EvidenceShown(many=True)
    saved_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class ResponseBody(Body):
    """The body of a write: a text, or Not Applicable with its reason; drafts may be unfinished.

    What is absent stays as it is saved.
    """

    text = Text(max_length=TEXT_MAXIMUM, multiline=True, allow_blank=True, required=False)
    not_applicable = serializers.BooleanField(required=False)
    reason = Text(max_length=REASON_MAXIMUM, multiline=True, allow_blank=True, required=False)
    is_ready = serializers.BooleanField(required=False)


class ResponsesResource(Resource):
    """``…/security-models/{model_id}/responses``."""

    doors = {"GET": VIEW}
    scopes = {"GET": Scope.PROFILE_READ}

    @extend_schema(operation_id="list_responses", responses=paged(ResponseShown), parameters=PAGING)
    def get(self, request: Request, trade_id: uuid.UUID, model_id: uuid.UUID) -> Response:
        """Every criterion that applies to the C-TPAT account, in the order of the set."""
        return self.page(selectors.overview(self.access.security_model).answers, ResponseShown)


class ResponseResource(Resource):
    """``…/security-models/{model_id}/responses/{code}``."""

    doors = {"GET": VIEW, "PUT": EDIT}
    scopes = {"GET": Scope.PROFILE_READ, "PUT": Scope.PROFILE_WRITE}

    @extend_schema(operation_id="show_response", responses=ResponseShown)
    def get(
        self, request: Request, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
    ) -> Response:
        """One criterion with its response."""
        return self._shown(code)

    @extend_schema(operation_id="save_response", request=ResponseBody, responses=ResponseShown)
    def put(
        self, request: Request, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
    ) -> Response:
        """Save a response as a draft; it is submitted by an Officer in the portal.

        What the body leaves out stays as it is saved.
        """
        given = self.body(ResponseBody)
        saved = selectors.overview(self.access.security_model).answer(code)
        written = ("text", "not_applicable", "reason", "is_ready")
        kept: dict[str, Any] = {name: getattr(saved, name) for name in written}
        save_response(
            actor=self.access,
            model=self.access.security_model,
            code=code,
            version=self.expected(),
            draft=Draft(**{**kept, **given}),
        )
        return self._shown(code)

    def _shown(self, code: str) -> Response:
        answer = selectors.overview(self.access.security_model).answer(code)
        return self.answer(ResponseShown(answer).data, version=answer.version)


_MODEL = "trade-accounts/<uuid:trade_id>/security-models/<uuid:model_id>"

api_urls: list[URLPattern] = [
    path(f"{_MODEL}/responses", ResponsesResource.as_view(), name="responses"),
    path(f"{_MODEL}/responses/<str:code>", ResponseResource.as_view(), name="response"),
]
