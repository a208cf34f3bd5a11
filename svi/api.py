"""SVI over the API, read only: the partners that a company monitors and those that monitor it, and
a look-up by its own references or by account numbers (SVI5). See ``core.api``.
"""

from __future__ import annotations

import datetime as dt
import re
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
from core.api import CURSOR, IF_NONE_MATCH, UNCHANGED, Body, Resource, Scope, Text, cut
from core.days import day_in_address
from core.errors import NotAllowed
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in
from svi.listings import add_types
from svi.models import REFERENCE_LENGTH
from svi.policies import P
from svi.selectors.participation import standing_changed
from svi.selectors.relations import monitored_by, monitors_of, with_one_of_the_numbers
from svi.states import LISTED, SharedStatus
from trade_accounts.policies import P as AccountP

#: How many references and numbers are looked up in one call.
MOST_LOOKED_UP = 500
#: How many partners one call answers with: a reference may stand at several partners.
MOST_FOUND = 1000

_STATUSES = [(one.value, one.label) for one in LISTED]
FILTERS = [
    OpenApiParameter(
        "request",
        {"type": "string", "enum": [value for value, _label in _STATUSES]},
        description="state of the request",
    ),
    OpenApiParameter(
        "updated_since",
        {"anyOf": [{"type": "string", "format": one} for one in ("date", "date-time")]},
        description="only partners whose request changed at this time (with its offset) or later, "
        "or whose status changed on its program date or later",
    ),
    IF_NONE_MATCH,
]
#: A time as RFC 3339 writes it.
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


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


class MonitorShown(serializers.Serializer[Any]):
    """A partner that monitors the company, or that was asked to."""

    id = serializers.UUIDField(help_text="of the monitoring")
    security_model_id = serializers.UUIDField(help_text="the own C-TPAT account")
    name = serializers.CharField()
    doing_business_as = serializers.CharField(allow_blank=True)
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


class PartnerShown(MonitorShown):
    """A partner that the company monitors, or that has asked for it."""

    reference = serializers.CharField(allow_blank=True, help_text="the own one")


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
        responses={200: cut(PartnerShown), **UNCHANGED},
        parameters=[*CURSOR, *FILTERS],
    )
    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        """The partners that the company monitors, or that have asked for it, oldest first."""
        accounts = self.accounts(trade_id)
        rows = _narrowed(monitored_by(accounts), accounts, request)
        return self.part(rows, PartnerShown, by="asked_at")


class MonitorsResource(SviResource):
    """``/trade-accounts/{trade_id}/svi/monitors``."""

    doors = {"GET": AccountP.VIEW}
    scopes = {"GET": Scope.SVI_READ}

    @extend_schema(
        operation_id="list_monitoring_partners",
        responses={200: cut(MonitorShown), **UNCHANGED},
        parameters=[*CURSOR, *FILTERS],
    )
    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        """The partners that monitor the company, or that were asked to, oldest first."""
        accounts = self.accounts(trade_id)
        rows = _narrowed(monitors_of(accounts), accounts, request)
        return self.part(rows, MonitorShown, by="asked_at")


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
        """The partners with one of these own references or account numbers, at most 1,000; others
        are left out.
        """
        accounts = self.accounts(trade_id)
        body = self.body(LookupBody)
        wanted = Q(reference__in=[one for one in body.get("references", []) if one])
        numbered = with_one_of_the_numbers(body.get("account_numbers", []))
        rows = monitored_by(accounts).filter(wanted | Q(numbered)).order_by("asked_at", "pk")
        return self.answer({"results": PartnerShown(rows[:MOST_FOUND], many=True).data})


def _narrowed(
    rows: QuerySet[Any], accounts: list[SecurityModel], request: Request
) -> QuerySet[Any]:
    """The rows that the filters of the address leave.

    What the reader's own account shares and sees changes with its own standing: then all of its
    rows are new.
    """
    state = request.query_params.get("request")
    if state is not None:
        if state not in {value for value, _label in _STATUSES}:
            raise serializers.ValidationError({"request": [_("This state does not exist.")]})
        rows = rows.filter(status=state)
    text = request.query_params.get("updated_since")
    if text is not None:
        since, day = _since(text)
        changed = Q(status_at__gte=since) | Q(certified_since__gte=day)
        anew = standing_changed(accounts, since)
        rows = rows.filter(changed | Q(security_model_id__in=anew))
    return rows


def _since(text: str) -> tuple[dt.datetime, dt.date]:
    """An instant with its program date: the start of a day, or a time with its offset."""
    # A plus sign that was not encoded arrives as a blank.
    written = text.replace(" ", "+")
    try:
        if day := day_in_address(written):
            return dt.datetime.combine(day, dt.time.min, clock.PROGRAM_ZONE), day
        if _TIME.fullmatch(written):
            # PostgreSQL does not take every offset that Python takes.
            since = dt.datetime.fromisoformat(written.upper()).astimezone(dt.UTC)
            return since, clock.program_date(since)
    except (ValueError, OverflowError):
        pass
    words = _("Write a day such as 2027-03-01, or a time such as 2027-03-01T14:30:00Z.")
    raise serializers.ValidationError({"updated_since": [words]})


_TRADE = "trade-accounts/<uuid:trade_id>/svi/"

api_urls: list[URLPattern] = [
    path(_TRADE + "partners", PartnersResource.as_view(), name="svi-partners"),
    path(_TRADE + "monitors", MonitorsResource.as_view(), name="svi-monitors"),
    path(_TRADE + "lookup", LookupResource.as_view(), name="svi-lookup"),
]
