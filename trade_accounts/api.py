"""The caller's own trade accounts over the API. See ``core.api``."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import URLPattern, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import PAGING, Resource, Scope, paged
from trade_accounts import selectors
from trade_accounts.policies import P
from trade_accounts.states import MembershipType, SetUp


class AccountLine(serializers.Serializer[Any]):
    """A trade account in the list."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    doing_business_as = serializers.CharField(allow_blank=True)
    set_up = serializers.ChoiceField(choices=SetUp.choices)
    membership_type = serializers.ChoiceField(
        choices=MembershipType.choices, source="member_type", help_text="the caller's own"
    )
    version = serializers.IntegerField()


class AddressShown(serializers.Serializer[Any]):
    """An address of the organization profile."""

    id = serializers.UUIDField()
    types = serializers.ListField(child=serializers.CharField())
    name = serializers.CharField(allow_blank=True)
    street1 = serializers.CharField()
    street2 = serializers.CharField(allow_blank=True)
    city = serializers.CharField()
    state = serializers.CharField(allow_blank=True)
    postal_code = serializers.CharField(allow_blank=True)
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    version = serializers.IntegerField()


class AccountShown(AccountLine):
    """A trade account with its organization profile."""

    employees = serializers.IntegerField(allow_null=True)
    business_started_on = serializers.DateField(allow_null=True)
    history = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    website = serializers.CharField(allow_blank=True)
    addresses = AddressShown(many=True, source="shown_addresses")


class AccountsResource(Resource):
    """``/trade-accounts``."""

    doors = {"GET": None}
    scopes = {"GET": Scope.ACCOUNT_READ}

    @extend_schema(
        operation_id="list_trade_accounts", responses=paged(AccountLine), parameters=PAGING
    )
    def get(self, request: Request) -> Response:
        """The trade accounts of which the caller is a member; a key sees only its own."""
        return self.page(selectors.accounts_shown(self.access), AccountLine)


class AccountResource(Resource):
    """``/trade-accounts/{trade_id}``."""

    doors = {"GET": P.VIEW}
    scopes = {"GET": Scope.ACCOUNT_READ}

    @extend_schema(operation_id="show_trade_account", responses=AccountShown)
    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        """One trade account with its addresses."""
        account: Any = selectors.accounts_shown(self.access).get(pk=trade_id)
        account.shown_addresses = selectors.addresses_of(account)
        return self.answer(AccountShown(account).data, version=account.version)


api_urls: list[URLPattern] = [
    path("trade-accounts", AccountsResource.as_view(), name="trade-accounts"),
    path("trade-accounts/<uuid:trade_id>", AccountResource.as_view(), name="trade-account"),
]
