"""S-2 inside one's own root: an id of another company answers like one that does not exist.

The matrix tests who may open an address. Here a person who may open it names a row of another
company: in the path, in the query string, in a field, in a button, as a choice, as the key of a new
row. The URL table and the pages say what to try.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, resolve, reverse
from drf_spectacular.generators import SchemaGenerator
from pytest_django.plugin import DjangoDbBlocker

from core.web import Door
from identity.credentials.mailed_links import purposes
from tests.access.foreign import (
    NEIGHBOUR,
    NO_ROW,
    Press,
    Said,
    Street,
    ask,
    asked_after,
    asked_with,
    build_street,
    made_by,
    presses,
)
from tests.access.test_matrix import BY_HAND, BY_NAME, doors
from tests.access.world import World

#: Who acts: a person with all rights in the company, someone invited to it, and its staff.
ACTORS = ("owner", "invited", "officer_of_a_sibling", "assigned_scss", "management", "helpdesk")

#: Places that name something shared by everyone: a criterion, a business type, a way, a kind, an
#: act, a day, a part of every annual review.
SHARED = {
    "code", "business_type", "question", "kind", "way", "name", "account_act", "model_act",
    "act_code", "day", "number", "part", "answer_code", "hook_act",
    "operation", "operation_step", "operation_act",
}  # fmt: skip

#: No row of the company was reached at all.
REFUSED = {403, 404, 405}

#: Secrets, and what belongs to the whole program: everyone who may open these may name any of them.
#: The requests of staff have their own test (tests/identity/test_asking.py), and so have the due
#: dates of a reader (tests/portal/test_calendar.py).
PROGRAM_WIDE = {
    "token",
    "code_id",
    "user_id",
    "case_id",
    "waiting_id",
    "subject_id",
    "key",
    "program_notice_id",
    "public_notice_id",
    # A draft is its writer's (tests/messages_app/test_drafts.py). Notices of the program and
    # messages to many belong to no company (test_notice_readers.py, test_broadcasts.py).
    "draft_id",
    "notice_id",
    "broadcast_id",
    # ZIP files, saved views and uploaded spreadsheets are a person's own
    # (tests/documents/test_packages.py, tests/trade_accounts/test_saved_views.py, test_sheets.py).
    "sheet_id",
    "package_id",
    "view_id",
    # Management decides for every company (tests/change_requests/test_names.py).
    "office_change_id",
    "office_operation_id",
    # Public documents belong to no company (tests/documents/test_public_documents.py).
    "public_id",
    "public_version_id",
}

#: Placeholders that mean another row in one address.
MEANT = {
    "trade_accounts:invitation": {"membership_id": "invitation_of"},
    **{one.page: {"link_id": one.page} for one in purposes() if one.numbered},
}

#: Words in a path of which only some exist.
WORDS = {**BY_NAME, "agreements:text": {"kind": "partner_agreement"}}


def inner_places(pattern: URLPattern) -> list[str]:
    """The ids of an address below its root, or without a root."""
    groups = list(pattern.pattern.regex.groupindex)
    root = [one for one in ("trade_id", "model_id") if one in groups][:1]
    return [one for one in groups if one not in {*root, *SHARED, *PROGRAM_WIDE}]


PLACES = [
    (name, place)
    for name, pattern in doors().items()
    if name not in BY_HAND and not name.startswith("demo:")
    for place in inner_places(pattern)
]


@pytest.fixture(scope="module")
def street(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Street]:
    """Both companies, built once for the module; each request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_street(ACTORS)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(street: Street) -> list[tuple[Client, str, str]]:
    """Every page of the company and its staff that these people may open: who, where, what."""
    found = []
    for name in doors():
        if name in BY_HAND or name.startswith(("demo:", "api:")):
            continue
        for actor, client in street.clients.items():
            draft = {"model_id": street.own.kwargs["sibling"]} if "sibling" in actor else {}
            path = path_of(name, street.own, **draft)
            with transaction.atomic():
                response = client.get(path)
                transaction.set_rollback(True)
            if response.status_code == 200 and "text/html" in response["Content-Type"]:
                found.append((client, path, response.content.decode()))
    return found


def path_of(name: str, world: World, **changed: object) -> str:
    """An address with the ids of a world, some of them changed."""
    pattern = doors()[name]
    places = {**world.kwargs, **WORDS.get(name, {})}
    places |= {place: places[meant] for place, meant in MEANT.get(name, {}).items()}
    places |= changed
    return reverse(name, kwargs={key: places[key] for key in pattern.pattern.regex.groupindex})


def ids_in(name: str, place: str, street: Street) -> tuple[Any, Any]:
    """A value of the other company for this place, and one that does not exist."""
    key = MEANT.get(name, {}).get(place, place)
    foreign = street.neighbour.kwargs[key]
    return foreign, NO_ROW[type(foreign)]


def ask_for_own(street: Street, actor: str, method: str, name: str) -> Said:
    """What an address says of the actor's own company; asked once for all places in it."""
    key = (actor, method, name)
    if key not in street.said_of_own:
        path = path_of(name, street.own)
        street.said_of_own[key] = ask(street, street.clients[actor], method, path)
    return street.said_of_own[key]


def methods_of(name: str) -> list[str]:
    """How to request an address: pages by GET and POST, the API by each of its methods."""
    door: Door = doors()[name].callback.door  # type: ignore[attr-defined]
    return list(door.methods) or ["GET", "POST"]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_s2_an_id_from_next_door_in_a_path_answers_as_one_that_does_not_exist(
    name: str, place: str, street: Street, no_pages: None, each_enters_once: None
) -> None:
    foreign, unknown = ids_in(name, place, street)
    reached = False
    for actor, client in street.clients.items():
        for method in methods_of(name):
            own = ask_for_own(street, actor, method, name)
            if own.status in REFUSED:
                continue
            missing = ask(street, client, method, path_of(name, street.own, **{place: unknown}))
            strange = ask(street, client, method, path_of(name, street.own, **{place: foreign}))
            assert strange == missing, (actor, method)
            reached = reached or own != missing
    assert reached, "nobody here reaches a row of the company: this compares two refusals"


def test_s2_an_id_from_next_door_in_a_field_button_or_choice_answers_as_one_that_does_not_exist(
    street: Street, pages: list[tuple[Client, str, str]]
) -> None:
    tried: dict[tuple[str, str], bool] = {}
    for client, path, text in pages:
        for press in presses(path, text):
            for field, one in press.ids():
                foreign, key = street.like(one), (place_named(press), field)
                if foreign is None or press.method != "POST" or tried.get(key):
                    continue
                tried[key] = compare(street, client, press, one, foreign)
    assert tried.get(("security_profile:criterion", "remove")), "the pages were not read"
    assert {key for key, reached in tried.items() if not reached} == set()


def compare(street: Street, client: Client, press: Press, one: str, foreign: str) -> bool:
    """Whether naming a row of one's own has an effect that naming none does not have."""
    unknown = str(NO_ROW[uuid.UUID])
    own = ask(street, client, "POST", press.path, press.data())
    missing = ask(street, client, "POST", press.path, press.data(one, unknown))
    strange = ask(street, client, "POST", press.path, press.data(one, foreign))
    assert strange == missing, press
    return own != missing


def place_named(press: Press) -> str:
    """The name of the address that a button posts to."""
    return resolve(press.path.partition("?")[0]).view_name


def test_s2_an_id_from_next_door_after_the_question_mark_answers_as_one_that_does_not_exist(
    street: Street, pages: list[tuple[Client, str, str]]
) -> None:
    tried = set()
    for client, path, text in pages:
        for address, place, value in asked_after(path, text):
            foreign = street.like(value)
            if foreign is None or (key := (path, address.partition("?")[0], place)) in tried:
                continue
            tried.add(key)
            missing = ask(street, client, "GET", asked_with(address, place, str(NO_ROW[uuid.UUID])))
            strange = ask(street, client, "GET", asked_with(address, place, foreign))
            assert strange == missing, address


def test_s2_the_key_of_a_new_row_cannot_name_a_row_next_door(
    street: Street, pages: list[tuple[Client, str, str]]
) -> None:
    made: dict[str, str | None] = {}
    for client, path, text in pages:
        for press in presses(path, text):
            key, name = dict(press.values).get("form_key"), place_named(press)
            if key is None or made.get(name):
                continue
            made[name] = table = made_by(client, press, key)
            foreign = min(street.rows_of_neighbour.get(table or "", ()), default=None)
            if foreign is not None:
                said = ask(street, client, "POST", press.path, press.data(key, foreign))
                assert NEIGHBOUR not in said.body, press
                assert not said.own_changed, press
    assert "trade_accounts_apikey" in made.values(), "the pages were not read"


def test_s2_the_api_takes_ids_in_its_addresses_only() -> None:
    """If a body names rows, this module must test them, too."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    bodies = [
        operation.get("requestBody", {})
        for path in schema["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    written = {ref for body in bodies for ref in re.findall(r"schemas/(\w+)", json.dumps(body))}
    assert written
    for name in written:
        assert "uuid" not in json.dumps(schema["components"]["schemas"][name]), name
