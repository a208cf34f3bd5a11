"""Every address, requested by everyone, with every method it may have (I-1).

For each address the table says who gets through (``.``), who gets 403 with names (``3``), for whom
it does not exist (``4``), and who is redirected first (``>``): to sign in, or to what must be done
before every page. An address that is missing in the table fails the suite.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.web import Door
from tests.access.table import TABLE
from tests.access.world import ROLES, World, build

pytestmark = pytest.mark.django_db

#: Placeholders with another meaning in one address.
BY_NAME = {"security_models:question": {"code": "IMP1"}}
#: Addresses whose pattern cannot be turned into a path.
BY_HAND = {"api:nothing": "/api/v1/nothing-of-this-name"}

Route = tuple[str, URLPattern]


def routes() -> Iterator[Route]:
    """Every address of the portal by its full name."""
    yield from _walk(get_resolver(), "")


def _walk(resolver: URLResolver, space: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, inner)
        else:
            yield f"{space}{pattern.name}", pattern


def path_of(name: str, pattern: URLPattern, world: World) -> str:
    """The address with the ids of the world."""
    if name in BY_HAND:
        return BY_HAND[name]
    places = {**world.kwargs, **BY_NAME.get(name, {})}
    kwargs = {key: places[key] for key in pattern.pattern.regex.groupindex}
    return reverse(name, kwargs=kwargs)


def answer(client: Client, method: str, path: str) -> str:
    """The result: through, 403, 404, or a redirect first."""
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        response = client.generic(method, path)
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code in {401, 403}:
        return "3"
    if response.status_code == 404:
        return "4"
    if response.status_code == 405:
        return "-"
    if response.status_code == 302 and _is_detour(response["Location"]):
        return ">"
    assert response.status_code < 500 or response.status_code == 503, (method, path)
    return "."


def _is_detour(location: str) -> bool:
    places = ("sign-in", "menu", "factors", "disabled", "password")
    starts = [reverse(f"identity:{name}") for name in places if name != "menu"]
    return any(location.startswith(start) for start in [*starts, "/register/set-up"])


def doors() -> dict[str, URLPattern]:
    return dict(routes())


def test_i1_every_address_stands_in_the_table_and_no_other() -> None:
    assert set(doors()) == set(TABLE)


def test_every_address_has_a_door() -> None:
    for name, pattern in routes():
        assert isinstance(getattr(pattern.callback, "door", None), Door), name


@pytest.fixture
def world() -> World:
    return build()


def rows(world: World, names: list[str]) -> dict[str, dict[str, str]]:
    """The answer of each address to each role, by method."""
    clients = {role: world.client(role) for role in ROLES}
    found: dict[str, dict[str, str]] = {}
    patterns = doors()
    for name in names:
        path = path_of(name, patterns[name], world)
        found[name] = {
            method: "".join(answer(clients[role], method, path) for role in ROLES)
            for method in TABLE.get(name, {"GET": "", "POST": ""})
        }
    return found


SPACES = sorted({name.split(":")[0] for name in doors()})


@pytest.mark.parametrize("space", SPACES)
def test_i1_each_address_answers_each_role_as_the_table_says(
    space: str, world: World, no_pages: None, each_enters_once: None, names_are_found_once: None
) -> None:
    names = [name for name in doors() if name.split(":")[0] == space and name in TABLE]
    found = rows(world, names)
    wrong = {
        f"{name} {method}": (TABLE[name][method], said)
        for name, methods in found.items()
        for method, said in methods.items()
        if said != TABLE[name][method]
    }
    assert not wrong


def test_s2_a_foreign_id_answers_as_an_unknown_one(world: World) -> None:
    stranger = world.client("stranger")
    unknown = "00000000-0000-7000-8000-000000000000"
    for name, pattern in routes():
        groups = pattern.pattern.regex.groupindex
        if "trade_id" not in groups or name.startswith("api:"):
            continue
        foreign = stranger.get(path_of(name, pattern, world))
        own = path_of(name, pattern, world)
        missing = stranger.get(own.replace(str(world.account.pk), unknown))
        assert (foreign.status_code, _body(foreign)) == (missing.status_code, _body(missing)), name


def _body(response: Any) -> bytes:
    """The page without its own address and the token that changes with each response."""
    if response.streaming:
        return b""
    token = rb'(X-CSRFToken[^:]*: ?(?:"|&quot;)|csrfmiddlewaretoken" value=")[A-Za-z0-9]+'
    page = response.content.replace(response.request["PATH_INFO"].encode(), b"")
    page = re.sub(rb'data-(idle|last)="\d+"', b"", page)  # seconds go by between two answers
    return re.sub(token, rb"\1", page)
