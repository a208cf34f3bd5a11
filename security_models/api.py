"""C-TPAT accounts over the API, read only: statuses, dates, people and open work. See
``core.api``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import Access
from core.api import PAGING, Resource, Scope, paged
from core.errors import Problem
from security_models.checks import RULES, problems_of
from security_models.facts.model_facts import Facts, TypeFact
from security_models.policies import P, finish_by
from security_models.selectors import entered, facts_of, visible
from security_models.selectors.model_facts import facts_from, with_facts
from security_models.states import BusinessTypeStatus, ContactRole
from trade_accounts.policies import P as AccountP


class TypeLine(serializers.Serializer[TypeFact]):
    """A business type and its status, without numbers and dates."""

    business_type = serializers.CharField(source="slug")
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=BusinessTypeStatus.choices)


class TypeShown(TypeLine):
    """A business type in a C-TPAT account."""

    tier = serializers.CharField(allow_blank=True, help_text="of tiered types, once certified")
    account_number = serializers.CharField(allow_blank=True)
    certified_on = serializers.DateField(allow_null=True)
    anniversary = serializers.DateField(allow_null=True, help_text="the next one")


class ModelLine(serializers.Serializer[Any]):
    """A C-TPAT account in the list: what every member of the trade account may see (R6)."""

    id = serializers.UUIDField(source="facts.model.id")
    reference = serializers.CharField(source="facts.model.reference")
    is_contact = serializers.BooleanField(help_text="whether the caller may open it")
    lapsed = serializers.BooleanField(source="facts.lapsed")
    business_types = TypeLine(many=True, source="facts.types")


class WorkShown(serializers.Serializer[Any]):
    """A problem that blocks submitting the company profile."""

    tab = serializers.ChoiceField(choices=[(tab, tab) for tab in RULES])
    code = serializers.CharField()
    message = serializers.CharField()
    url = serializers.CharField(help_text="the page where it is mended")


class ContactShown(serializers.Serializer[Any]):
    """A contact; only ``accepted`` contacts count."""

    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ContactRole.choices)
    is_primary_poc = serializers.BooleanField()
    accepted = serializers.BooleanField(source="counts")


class ModelShown(serializers.Serializer[Any]):
    """A C-TPAT account with its open work."""

    id = serializers.UUIDField(source="facts.model.id")
    trade_account_id = serializers.UUIDField(source="facts.model.trade_account_id")
    reference = serializers.CharField(source="facts.model.reference")
    started_on = serializers.DateField(source="facts.model.started_on")
    finish_by = serializers.DateField(allow_null=True, help_text="last day to submit a draft")
    first_submitted_on = serializers.DateField(
        allow_null=True, source="facts.model.first_submitted_on"
    )
    lapsed = serializers.BooleanField(source="facts.lapsed")
    specialist = serializers.CharField(allow_blank=True, source="facts.specialist")
    business_types = TypeShown(many=True, source="facts.types")
    contacts = ContactShown(many=True, source="facts.contacts")
    open_work = WorkShown(many=True)
    version = serializers.IntegerField(source="facts.model.version")


@dataclass(frozen=True)
class Work:
    """A problem, with its tab."""

    tab: str
    code: str
    message: str
    url: str


@dataclass(frozen=True)
class Line:
    """A model as the caller sees it in the list."""

    facts: Facts
    is_contact: bool


@dataclass(frozen=True)
class Shown:
    """A model as one of its contacts sees it."""

    facts: Facts

    @property
    def finish_by(self) -> dt.date | None:
        """The last day to submit; None after the submission."""
        return None if self.facts.submitted else finish_by(self.facts.model)

    @property
    def open_work(self) -> list[Work]:
        """What is missing on each tab."""
        return [_work(tab, one) for tab in RULES for one in problems_of(self.facts, tab)]


def _work(tab: str, problem: Problem) -> Work:
    return Work(tab, problem.code, str(problem.message), problem.url)


class Lines(serializers.ListSerializer[Any]):
    """Makes each row of a page into a line; the rows carry their facts."""

    def to_representation(self, data: Any) -> list[Any]:
        """Read the facts from the annotated rows, without further queries."""
        access: Access = self.context["access"]
        lines = [Line(facts_from(row, ()), entered(access, row).has(P.VIEW)) for row in data]
        return super().to_representation(lines)


class ModelRow(ModelLine):
    """A line made from an annotated row."""

    class Meta:
        list_serializer_class = Lines


class ModelsResource(Resource):
    """``/trade-accounts/{trade_id}/security-models``."""

    doors = {"GET": AccountP.VIEW}
    scopes = {"GET": Scope.PROFILE_READ}

    @extend_schema(
        operation_id="list_security_models", responses=paged(ModelRow), parameters=PAGING
    )
    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        """The C-TPAT accounts of a trade account with their statuses."""
        return self.page(with_facts(visible(self.access, trade_id)), ModelRow)


class ModelResource(Resource):
    """``/trade-accounts/{trade_id}/security-models/{model_id}``."""

    doors = {"GET": P.VIEW}
    scopes = {"GET": Scope.PROFILE_READ}

    @extend_schema(operation_id="show_security_model", responses=ModelShown)
    def get(self, request: Request, trade_id: uuid.UUID, model_id: uuid.UUID) -> Response:
        """One C-TPAT account with status, dates, contacts and open work."""
        facts = facts_of(self.access.security_model)
        return self.answer(ModelShown(Shown(facts)).data, version=facts.model.version)


_MODELS = "trade-accounts/<uuid:trade_id>/security-models"

api_urls: list[URLPattern] = [
    path(_MODELS, ModelsResource.as_view(), name="security-models"),
    path(f"{_MODELS}/<uuid:model_id>", ModelResource.as_view(), name="security-model"),
]
