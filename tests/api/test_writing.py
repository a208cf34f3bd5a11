"""Writing over the API, on a resource made for these tests: versions, bodies, CSRF, rights."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import Event
from core.api import Body, Resource, Text
from core.errors import Problem, Refused
from portal.urls import urlpatterns as pages
from tests.api.test_accounts import _code, _key
from tests.factories.trade import make_account, make_member
from trade_accounts import services
from trade_accounts.models import TradeAccount
from trade_accounts.policies import P

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.test_writing")]


class HistoryBody(Body):
    history = Text(max_length=40, multiline=True)
    phone = Text(max_length=40, required=False)


class Shown(serializers.Serializer[Any]):
    history = serializers.CharField()
    version = serializers.IntegerField()


class HistoryResource(Resource):
    doors = {"GET": P.VIEW, "PUT": P.EDIT, "POST": P.MANAGE_USERS}

    def get(self, request: Request, trade_id: uuid.UUID) -> Response:
        account = self.access.trade_account
        return self.answer(Shown(account).data, version=account.version)

    def put(self, request: Request, trade_id: uuid.UUID) -> Response:
        account = services.save_company(
            actor=self.access, expected=self.expected(), **self.body(HistoryBody)
        )
        return self.answer(Shown(account).data, version=account.version)

    def post(self, request: Request, trade_id: uuid.UUID) -> Response:
        self.access.require(P.MANAGE_USERS)
        return self.answer({})


urlpatterns = [
    path("api/history/<uuid:trade_id>", HistoryResource.as_view()),
    path("", include((pages, "pages"))),
    *pages,
]


def _url(account: TradeAccount) -> str:
    return f"/api/history/{account.pk}"


def _put(client: Client, account: TradeAccount, body: Any, version: Any = 1, **headers: str) -> Any:
    if version is not None:
        headers["If-Match"] = f'"{version}"' if isinstance(version, int) else version
    return client.put(
        _url(account),
        data=body if isinstance(body, str | bytes) else json.dumps(body),
        content_type="application/json",
        headers=headers,
    )


def test_p5_a_change_names_the_version_it_was_based_on(client: Client) -> None:
    account = make_account()
    key = _key(account)
    first = _put(client, account, {"history": "Since 2004."}, 1, **key)
    assert first.status_code == 200 and first["ETag"] == '"2"'
    stale = _put(client, account, {"history": "Since 2005."}, 1, **key)
    assert _code(stale) == (412, "stale")
    assert stale["ETag"] == '"2"' and stale.json()["current_version"] == 2
    missing = _put(client, account, {"history": "Since 2005."}, None, **key)
    assert _code(missing) == (428, "version_required")
    account.refresh_from_db()
    assert account.history == "Since 2004."


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("3", 400),
        ('"1', 400),
        ('"1" "2"', 400),
        ('w/"1"', 400),
        ('"1", *', 400),
        ("*", 428),
        ("", 428),
        ('W/"1"', 412),
        ('W/"1", W/"2"', 412),
        ('"x"', 412),
        ('"99999999999"', 412),
        ('"01"', 412),
        ('""', 412),
        ('"2"', 412),
        ('"1", "2"', 412),
        ('"1"', 200),
        (' "1" ', 200),
        ('"0", "1"', 200),
        (',, "1",', 200),
        ('W/"7", "1"', 200),
        ('"a,b", "1"', 200),
    ],
)
def test_if_match_is_compared_strongly(client: Client, version: str, code: int) -> None:
    """RFC 9110, 13.1.1: a weak tag matches nothing, a list matches by any of its tags."""
    account = make_account()
    answer = _put(client, account, {"history": "x"}, version, **_key(account))
    assert answer.status_code == code
    account.refresh_from_db()
    assert account.version == (2 if code == 200 else 1)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "history"),
        ({"history": ""}, "history"),
        ({"history": None}, "history"),
        ({"history": 3.5, "name": "Other"}, "name"),
        ({"history": ["a"]}, "history"),
        ({"history": 5}, "history"),
        ({"history": 5.5}, "history"),
        ({"history": True}, "history"),
        ({"history": {"a": "b"}}, "history"),
        ({"history": [["a"]]}, "history"),
        ({"history": 10**400}, "history"),
        ({"history": "a", "phone": 5550100}, "phone"),
        ({"history": "\ud800"}, "history"),
        ('{"history": NaN}', None),
        ('{"history": "a", "phone": -Infinity}', None),
        ('{"history": "a", "history": "b"}', None),
        ('{"history": ' + "9" * 5_000 + "}", None),
        (b'{"history": "\xff"}', None),
        ({"history": "x" * 41}, "history"),
        ({"history": "\n".join("abcdefghijk")}, "history"),
        ({"history": "a\x00b"}, "history"),
        ({"history": "\u2062\u200d"}, "history"),
        ({"history": "a", "phone": "1\n2"}, "phone"),
        ({"history": "a", "name": "Other"}, "name"),
        ({"history": "a", "version": 9}, "version"),
        ({"history": "a", "created_by": "me"}, "created_by"),
        ({"history": "a", "\ud800": 1}, "?"),
        ([], ""),
        ("text", None),
        (7, ""),
    ],
)
def test_s4_a_body_is_taken_as_declared_or_refused(client: Client, body: Any, field: Any) -> None:
    account = make_account()
    answer = _put(client, account, body, **_key(account))
    status, _ = _code(answer)
    if field is None:
        assert status == 400
    else:
        assert status == 422
        assert [problem["field"] for problem in answer.json()["problems"]] == [field]
    account.refresh_from_db()
    assert account.version == 1


def test_every_problem_is_named_at_once(client: Client) -> None:
    account = make_account()
    answer = _put(client, account, {"history": "", "phone": "1\n2"}, **_key(account))
    assert {one["field"] for one in answer.json()["problems"]} == {"history", "phone"}


def test_only_json_of_a_bounded_size_is_taken(client: Client) -> None:
    account = make_account()
    key = _key(account)
    assert _code(_put(client, account, b"\xff{", **key))[0] == 400
    form = client.put(
        _url(account),
        "history=x",
        "application/x-www-form-urlencoded",
        headers={**key, "If-Match": '"1"'},
    )
    assert _code(form)[0] == 415
    big = _put(client, account, {"history": "x" * (1024 * 1024)}, **key)
    assert _code(big) == (413, "too_large")
    deep = _put(client, account, "[" * 100_000, **key)
    assert _code(deep)[0] == 400


def test_a_session_writes_with_the_token_of_its_forms_only() -> None:
    account = make_account()
    client = Client(enforce_csrf_checks=True)
    client.force_login(account.created_by)
    assert _code(_put(client, account, {"history": "x"})) == (403, "permission_denied")
    client.cookies["portal_csrf"] = "a" * 32
    allowed = _put(client, account, {"history": "x"}, 1, **{"X-CSRFToken": "a" * 32})
    assert allowed.status_code == 200


def test_what_a_key_writes_is_recorded_with_the_person_behind_it(client: Client) -> None:
    account = make_account()
    _put(client, account, {"history": "x"}, **_key(account))
    event = Event.objects.get(kind="trade_accounts.company_changed")
    assert event.actor_name == account.created_by.name and event.via.startswith("api-key pp_")


def test_r6_who_may_not_reads_who_may(client: Client) -> None:
    account = make_account()
    member: Any = make_member(account)
    client.force_login(member.user)
    answer = client.post(_url(account))
    assert _code(answer) == (403, "not_allowed")
    assert answer.json()["who"] == [account.created_by.name]


def test_a_key_does_nothing_that_is_done_in_person(client: Client) -> None:
    account = make_account()
    assert _code(client.post(_url(account), headers=_key(account))) == (403, "in_person")
    client.force_login(account.created_by)
    assert client.post(_url(account)).status_code == 200


def test_half_done_acts_are_undone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_account()
    real = HistoryResource.put

    def refuse_at_the_end(self: Any, request: Request, trade_id: uuid.UUID) -> Response:
        real(self, request, trade_id)
        raise Refused("late", [Problem("late", "Too late.")])

    monkeypatch.setattr(HistoryResource, "put", refuse_at_the_end)
    answer = _put(client, account, {"history": "x"}, **_key(account))
    assert _code(answer) == (422, "late")
    account.refresh_from_db()
    assert (account.history, account.version) == ("", 1)


def test_a_method_without_a_door_is_found_at_start() -> None:
    class Forgetful(Resource):
        doors = {"GET": None}

        def get(self, request: Request) -> Response:
            return self.answer({})

        def delete(self, request: Request) -> Response:
            return self.answer({})

    with pytest.raises(ImproperlyConfigured):
        Forgetful.as_view()


class Everything(Body):
    """A field of each kind that a body may hold."""

    flag = serializers.BooleanField(required=False)
    count = serializers.IntegerField(required=False)
    share = serializers.FloatField(required=False)
    day = serializers.DateField(required=False)
    key = serializers.UUIDField(required=False)
    choice = serializers.ChoiceField(choices=[("1", "One")], required=False)
    words = serializers.ListField(child=serializers.CharField(), required=False)
    inner = HistoryBody(required=False)


VALUES: dict[str, Any] = {
    "flag": True,
    "count": 7,
    "share": 0.5,
    "day": "2026-11-26",
    "key": "0193a1c2-7f00-7000-8000-000000000000",
    "choice": "1",
    "words": ["a"],
    "inner": {"history": "a"},
}


@pytest.mark.parametrize("field", VALUES)
def test_s4_a_field_takes_its_own_kind_of_json_and_no_other(field: str) -> None:
    assert Everything(data={field: VALUES[field]}).is_valid()
    others = [*VALUES.values(), None, 1, 0, "true", "7", "yes", 1.0]
    mine = type(VALUES[field])
    for value in others:
        fits = isinstance(value, mine) and (mine is bool or not isinstance(value, bool))
        if not fits and not (field == "share" and type(value) is int):
            assert not Everything(data={field: value}).is_valid(), value


def test_every_body_is_strict() -> None:
    """The base of the API accepts no other kind of body."""
    assert Resource.body.__annotations__["shape"] == "type[Body]"
