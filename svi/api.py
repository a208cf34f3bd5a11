"""SVI over the API, read only: the partners that a company monitors, and a look-up by its own
references or by account numbers (SVI5). See ``core.api``.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.api import PAGING, Body, Resource, Scope, Text, paged
from core.days import day_in_address
from core.errors import NotAllowed
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in
from svi.listings import add_types
from svi.models import REFERENCE_LENGTH, Monitored
from svi.policies import P
from svi.selectors.relations import monitored_by, with_one_of_the_numbers
from svi.states import LISTED, SharedStatus
from trade_accounts.policies import P as AccountP

#: How many references and numbers are looked up in one call.
MOST_LOOKED_UP = 500

_STATUSES = [(one.value, one.label) for one in LISTED]
FILTERS = [
    OpenApiParameter(
        "request",
        {"type": "string", "enum": [value for value, _label in _STATUSES]},
        description="state of the request",
    ),
    OpenApiParameter(
        "updated_since",
        {"type": "string", "format": "date"},
        description="only partners whose request or status changed on this program date or later",
    ),
]


class TypeSeen(serializers.Serializer[Any]):
    """A business type of a partner: never its tier, never a reason."""

    business_type = serializers.CharField(source="business_type_id")
    name = serializers.CharField()
    account_number = serializers.CharField(source="number")
    status = serializers.SerializerMethodField()
    since = serializers.DateField(allow_null=True)

    def get_status(self, row: Any) -> str:
        """Certified or not."""
        return SharedStatus.of(row.is_certified).value


class Pages(serializers.ListSerializer[Any]):
    """Reads what is shared of the rows of a page, in one query."""

    def to_representation(self, data: Any) -> list[Any]:
        """The rows with their types."""
        rows = list(data)
        add_types(rows)
        return super().to_representation(rows)


class PartnerShown(serializers.Serializer[Any]):
    """A partner that the company monitors, or that has asked for it."""

    id = serializers.UUIDField(help_text="of the monitoring")
    security_model_id = serializers.UUIDField(help_text="the own C-TPAT account")
    name = serializers.CharField()
    doing_business_as = serializers.CharField(allow_blank=True)
    reference = serializers.CharField(allow_blank=True, help_text="the own one")
    request = serializers.ChoiceField(choices=_STATUSES, source="status")
    request_changed_at = serializers.DateTimeField(source="status_at")
    certified = serializers.BooleanField(
        source="is_certified",
        allow_null=True,
        help_text="whether all of its types are; null while no status is shared",
    )
    since = serializers.DateField(source="certified_since", allow_null=True)
    types = TypeSeen(many=True)

    class Meta:
        list_serializer_class = Pages


class LookupBody(Body):
    """What to look up."""

    references = serializers.ListField(
        child=Text(max_length=REFERENCE_LENGTH), max_length=MOST_LOOKED_UP, required=False
    )
    account_numbers = serializers.ListField(
        child=Text(max_length=8), max_length=MOST_LOOKED_UP, required=False
    )


class LookupShown(serializers.Serializer[Any]):
    """The partners that were found, each once."""

    results = PartnerShown(many=True)


class SviResource(Resource):
    """What all resources of SVI share: the reader's own accounts."""

    def accounts(self, trade_id: uuid.UUID) -> list[SecurityModel]:
        """The C-TPAT accounts of which the caller is a contact. Raises NotAllowed if there is
        none (R4).
        """
        found = list(accounts_worked_in(self.access, trade_id))
        if not found:
            raise NotAllowed(P.VIEW, P.VIEW.what)
        return found


class PartnersResource(SviResource):
    """``/trade-accounts/{trade_id}/svi/partners``."""

    doors = {"GET": AccountP.VIEW}
    scopes = {"GET": Scope.SVI_READ}

    @extend_schema(
        operation_id="list_monitored_partners",
        responses=paged(PartnerShown),
        parameters=[*PAGING, *FILTERS],
    )
    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        """The partners that the company monitors, or that have asked for it, oldest first."""
        rows = monitored_by(self.accounts(trade_id)).order_by("asked_at", "pk")
        return self.page(_narrowed(rows, request), PartnerShown)


class LookupResource(SviResource):
    """``/trade-accounts/{trade_id}/svi/lookup``."""

    doors = {"POST": AccountP.VIEW}
    scopes = {"POST": Scope.SVI_READ}

    @extend_schema(
        operation_id="look_up_monitored_partners",
        request=LookupBody,
        responses={200: LookupShown},
    )
    def post(self, request: Request, trade_id: uuid.UUID) -> Response:
        """The partners with one of these own references or account numbers; others are left out."""
        accounts = self.accounts(trade_id)
        body = self.body(LookupBody)
        wanted = Q(reference__in=[one for one in body.get("references", []) if one])
        numbered = with_one_of_the_numbers(body.get("account_numbers", []))
        rows = monitored_by(accounts).filter(wanted | Q(numbered)).order_by("asked_at", "pk")
        return self.answer({"results": PartnerShown(rows, many=True).data})


def _narrowed(rows: QuerySet[Monitored], request: Request) -> QuerySet[Monitored]:
    """The rows that the filters of the address leave."""
    if state := request.query_params.get("request", ""):
        if state not in {value for value, _label in _STATUSES}:
            raise serializers.ValidationError({"request": [_("This state does not exist.")]})
        rows = rows.filter(status=state)
    if since := request.query_params.get("updated_since", ""):
        day = _day(since)
        begins = dt.datetime.combine(day, dt.time.min, clock.PROGRAM_ZONE)
        changed = Q(status_at__gte=begins) | Q(certified_since__gte=day)
        rows = rows.filter(changed)
    return rows


def _day(text: str) -> dt.date:
    day = day_in_address(text)
    if day is None:
        words = _("Write the day as YYYY-MM-DD, such as 2027-03-01.")
        raise serializers.ValidationError({"updated_since": [words]})
    return day


_TRADE = "trade-accounts/<uuid:trade_id>/svi/"

api_urls: list[URLPattern] = [
    path(_TRADE + "partners", PartnersResource.as_view(), name="svi-partners"),
    path(_TRADE + "lookup", LookupResource.as_view(), name="svi-lookup"),
]
