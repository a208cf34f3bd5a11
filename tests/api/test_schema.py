"""The description of the API is complete, valid, and matches what happens."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from core.access import enter_roots, for_user
from core.api import ALL_SCOPES, Nothing, Resource, Scope
from core.ids import new_id
from portal.api import SchemaResource
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model
from trade_accounts import services

load_all_checks()
#: A stale version is 412 and a foreign id 404 however well-formed the request.
NOT_OURS: Any = [CHECKS.get_one("positive_data_acceptance")]


def _routes() -> list[Any]:
    return [
        route
        for route in get_resolver("portal.api_urls").url_patterns
        if getattr(route.callback, "cls", None) not in {Nothing, SchemaResource}
    ]


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def test_the_schema_is_valid_and_made_without_a_complaint() -> None:
    with contextlib.redirect_stderr(io.StringIO()) as complaints:
        schema = _schema()
    assert complaints.getvalue() == ""
    validate_schema(schema)


def test_every_route_and_method_is_described() -> None:
    described = {
        (path.removeprefix("/api/v1/").replace("{", "<").replace("}", ">"), method.upper())
        for path, methods in _schema()["paths"].items()
        for method in methods
    }
    written = set()
    for route in _routes():
        plain = str(route.pattern)
        for kind in ("uuid:", "str:", "int:"):
            plain = plain.replace(kind, "")
        written |= {(plain, method) for method in route.callback.door.methods}
    assert described == written


def test_every_resource_has_the_shape() -> None:
    for route in _routes():
        assert issubclass(route.callback.cls, Resource), route
        assert route.callback.door.kind == "api"
        tenant = "security-models" in str(route.pattern)
        assert not tenant or "<uuid:trade_id>" in str(route.pattern)


def test_every_method_of_every_resource_names_the_scope_that_a_key_needs() -> None:
    for route in _routes():
        resource = route.callback.cls
        assert set(resource.scopes) == set(resource.doors), resource
        assert all(isinstance(one, Scope) for one in resource.scopes.values()), resource
        for method, scope in resource.scopes.items():
            assert method != "GET" or scope.endswith(":read"), resource
    assert SchemaResource.scopes == {"GET": None}
    described = Path("docs/api.md").read_text()
    assert all(f"| `{one}` |" in described for one in ALL_SCOPES)


def test_a_change_says_that_it_needs_the_version() -> None:
    for path, methods in _schema()["paths"].items():
        for method in {"put", "patch", "delete"} & set(methods):
            named = {one["name"] for one in methods[method]["parameters"]}
            assert "If-Match" in named, path


# --- fuzzing --------------------------------------------------------------------------------


class Caller:
    """A key, and existing ids for the fuzzer."""

    def __init__(self) -> None:
        account = make_account()
        model = make_model(account)
        make_type(model)
        access = enter_roots(for_user(account.created_by), {"trade_id": account.pk})
        _row, secret = services.create_key(actor=access, form_key=new_id(), name="Fuzzer")
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.ids = {"trade_id": str(account.pk), "model_id": str(model.pk), "code": "3.5"}


@pytest.fixture
def caller(db: None, settings: Any) -> Caller:
    settings.API_RATE = "1000000/min"
    return Caller()


@pytest.fixture
def api(caller: Caller) -> Iterator[Any]:
    """The schema, served by the application inside the transaction of the test."""
    ends = [signals.request_started, signals.request_finished]
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi(
        "/api/v1/schema", get_wsgi_application(), headers=caller.headers
    )
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_r13_whatever_is_sent_the_answer_is_as_described(
    api: Any, caller: Caller, mode: GenerationMode
) -> None:
    for found in api.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
        def attack(case: schemathesis.Case) -> None:
            case.path_parameters = {**(case.path_parameters or {}), **_known(case, caller)}
            case.call_and_validate(headers=caller.headers, excluded_checks=NOT_OURS)

        attack()


def _known(case: schemathesis.Case, caller: Caller) -> dict[str, str]:
    """Real ids in place of made-up ones, so that calls pass the access check.

    Ids that are wrong on purpose stay.
    """
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if path is not None and path.mode == GenerationMode.NEGATIVE:
        return {}
    return {name: caller.ids[name] for name in (case.path_parameters or {}) if name in caller.ids}
