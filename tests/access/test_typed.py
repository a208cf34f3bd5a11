"""Typed text in every form of the portal, without scripts, is saved or shown again (ADR 10).

Each form is filled in and sent with each of its buttons. The typed text must then be in a statement
that writes, or in a control of the next page. ``tests/browser/test_pages.py`` does the same with
scripts for links, reloads and other forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus, urljoin

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html  # type: ignore[import-untyped]

from core import clock
from identity.models import User
from identity.services.kept_posts import SECRET
from tests.access.table import TABLE
from tests.access.test_matrix import BY_HAND, path_of, routes
from tests.access.world import ROLES, World, build
from tests.factories.annual import at_due, certified_model
from tests.factories.models import answer_all
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.django_db

#: Who opens the pages: the first of them for whom a page has a form.
OPENERS = (
    "company_administrator", "officer", "assigned_scss", "management", "helpdesk", "invited",
    "unfinished", "anonymous",
)  # fmt: skip
TYPES = {"text", "search", "email", "url", "textarea"}


@dataclass
class Filled:
    """A form as a person without scripts fills it in."""

    page: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def world() -> World:
    return build()


def opened(world: World, names: set[str] | None = None) -> Iterator[tuple[str, Client, str, Any]]:
    """Every page with a form that accepts text, as seen by someone who may open it."""
    clients = {role: world.client(role) for role in OPENERS}
    for name, pattern in routes():
        if name.startswith("api:") or (names is not None and name not in names):
            continue
        path = BY_HAND.get(name) or path_of(name, pattern, world)
        for role in OPENERS:
            if TABLE[name]["GET"][ROLES.index(role)] != ".":
                continue
            answer: Any = clients[role].get(path)
            if answer.status_code != 200:
                continue
            if not answer.streaming and "html" in answer.headers["Content-Type"]:
                tree = html.document_fromstring(answer.content)
                if any(filled(name, path, form, tree).typed for form in posts(tree)):
                    yield name, clients[role], path, tree
            break


def posts(tree: Any) -> list[Any]:
    """The forms that send something."""
    return [form for form in tree.forms if form.get("method", "").lower() == "post"]


def filled(page: str, path: str, form: Any, tree: Any) -> Filled:
    """Text in every field that accepts text; everything else as on the page."""
    found = Filled(page, urljoin(path, form.get("action") or path))
    mine = form.xpath(".//input|.//textarea|.//select|.//button")
    if form.get("id"):
        mine += tree.xpath(f"//*[@form='{form.get('id')}']")
    for one in mine:
        name, kind = one.get("name"), one.get("type", "text" if one.tag == "input" else one.tag)
        if one.tag == "button":
            if one.get("type", "submit") == "submit" and "data-discards" not in one.attrib:
                found.buttons.append((name or "", one.get("value", "")))
        elif name:
            fill(found, one, name, kind)
    return found


def fill(found: Filled, one: Any, name: str, kind: str) -> None:
    """One control."""
    list_of = found.values.setdefault(name, [])
    if kind in TYPES and "readonly" not in one.attrib and not SECRET.fullmatch(name):
        text = f"Typed {len(found.typed)} xyzzy"
        if kind == "email":
            text = f"typed{len(found.typed)}@example.org"
        found.typed[name] = text[: int(one.get("maxlength") or 4000)]
        list_of.append(found.typed[name])
    elif kind in {"checkbox", "radio"}:
        if "checked" in one.attrib:
            list_of.append(one.get("value", "on"))
    elif kind == "select":
        list_of += one.xpath("./option[@selected]/@value") or one.xpath("./option/@value")[:1]
    elif kind == "textarea":
        list_of.append(one.text or "")
    elif kind not in {"file", "submit", "password"}:
        list_of.append(one.get("value", ""))


def controls_of(answer: Any) -> set[str]:
    """The values of a page's fields, and its words."""
    tree = html.document_fromstring(answer.content)
    shown = {one.get("value", "") for one in tree.xpath("//input")}
    shown |= {(one.text or "").strip() for one in tree.xpath("//textarea")}
    return shown


def folded(text: str) -> str:
    """Only letters and digits, because a number may be saved in its own spelling."""
    return re.sub(r"\W", "", text).casefold()


def lost(client: Client, form: Filled, button: tuple[str, str]) -> list[str]:
    """What is neither saved nor shown again when a button is used; nothing may be lost."""
    sent = {name: values for name, values in form.values.items() if values}
    if button[0]:
        sent[button[0]] = [button[1]]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        answer: Any = client.post(form.action, sent)
        transaction.set_rollback(True)
    writes = (one["sql"] for one in asked.captured_queries)
    kept = folded(" ".join(one for one in writes if one.startswith(("INSERT", "UPDATE"))))
    unsaved = {name: text for name, text in form.typed.items() if folded(text) not in kept}
    if answer.status_code == 302:
        # A filter stands in the address of the list that opens.
        opens = folded(unquote_plus(answer["Location"]))
        return [name for name, text in unsaved.items() if folded(text) not in opens]
    if answer.status_code not in {200, 409, 422, 429}:
        return [f"{answer.status_code}"]
    shown = controls_of(answer)
    return [name for name, text in unsaved.items() if text not in shown]


def walk(world: World, names: set[str] | None = None) -> tuple[list[str], int, set[str]]:
    """What is lost by page and button, how many buttons were used, and the pages with a second
    form.

    The button of another form would lose what is typed; only *Sign out* is excepted.
    """
    found, presses, several = [], 0, set()
    for name, client, path, tree in opened(world, names):
        sent = [form for form in posts(tree) if "data-signs-out" not in form.attrib]
        forms = [one for one in (filled(name, path, form, tree) for form in sent) if one.typed]
        if len(sent) > 1:
            several.add(name)
        for form in forms:
            for button in form.buttons or [("", "")]:
                presses += 1
                gone = lost(client, form, button)
                if gone:
                    found.append(f"{name} {button}: {', '.join(gone)}")
    return found, presses, several


@pytest.mark.timeout(600)
def test_what_is_typed_into_any_form_is_saved_or_shown_again(world: World) -> None:
    found, presses, several = walk(world)
    assert found == []
    assert presses > 30
    # Pins stand beside the words of a search, which nobody has sent yet.
    assert several == {"portal:accounts"}


def test_what_is_typed_into_an_application_is_saved_or_shown_again(world: World) -> None:
    draft = make_model(make_account("Larkspur Customs Brokers"))
    answer_all(draft, CMN5="yes")
    world.kwargs |= {"trade_id": draft.trade_account_id, "model_id": draft.pk, "code": "1.2"}
    world.people["officer"] = draft.started_by
    names = {
        name
        for name, pattern in routes()
        if "model_id" in pattern.pattern.regex.groupindex and name.startswith("security_")
    }
    found, presses, several = walk(world, names)
    assert found == []
    assert presses > 5
    assert several == set()


def test_what_is_typed_into_an_annual_review_is_saved_or_shown_again(world: World) -> None:
    certified = certified_model()
    world.kwargs |= {"trade_id": certified.trade_account_id, "model_id": certified.pk}
    world.people["officer"] = certified.started_by
    names = {name for name, _pattern in routes() if name.startswith("security_profile:review-")}
    with at_due(certified):
        User.objects.update(password_changed_at=clock.now())
        found, presses, several = walk(world, names)
    assert found == []
    assert presses > 0
    assert several == set()
