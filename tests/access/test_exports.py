"""Every fact that a list shows about a row is also in its export."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import html  # type: ignore[import-untyped]

from tests.access.table import TABLE
from tests.access.test_matrix import BY_HAND, path_of, routes
from tests.access.world import ROLES, World, build

pytestmark = pytest.mark.django_db

READERS = ("officer", "company_administrator", "assigned_scss", "management", "helpdesk")
#: Statements about a day or the reader, not about the row: the distance of a day, a dash, what one
#: may do.
DERIVED = re.compile(
    r"(in )?\d+ days?( late)?|today|–|Management decides|Nobody|Next:|You are not a contact here",
    re.IGNORECASE,
)
_IN_A_ROW = "contains(concat(' ', @class, ' '), ' row ')"
WHEN = re.compile(r"^(due|answer by|answer was due) ")
DAY = re.compile(r"\b([A-Z][a-z]{2} \d{1,2}, \d{4})\b")


def lists(world: World) -> Iterator[tuple[str, Client, str, Any]]:
    """Every list with an export, as seen by everyone who may open it."""
    clients = {role: world.client(role) for role in READERS}
    for name, pattern in routes():
        if name.startswith("api:"):
            continue
        path = BY_HAND.get(name) or path_of(name, pattern, world)
        for role in READERS:
            if TABLE[name]["GET"][ROLES.index(role)] != ".":
                continue
            client = clients[role]
            answer: Any = client.get(path)
            if (
                answer.status_code != 200
                or answer.streaming
                or "html" not in answer.headers.get("Content-Type", "")
            ):
                continue
            tree = html.document_fromstring(answer.content)
            if tree.xpath("//a[contains(@href, 'export=csv')]"):
                yield f"{name} as {role}", client, path, tree


def plain(text: str) -> str:
    """Only words, with dates as the file writes them."""

    def iso(day: re.Match[str]) -> str:
        return dt.datetime.strptime(day[1], "%b %d, %Y").date().isoformat()

    return re.sub(r"[\W_]+", " ", DAY.sub(iso, text)).casefold().strip()


def facts(row: Any) -> list[str]:
    """The facts in a list's row; buttons are acts, and so are links except those of the row's
    header.
    """
    found = []
    for cell in row.xpath("./th|./td"):
        for act in cell.xpath(".//button|.//label|.//*[contains(@class, 'sr')]"):
            act.drop_tree()
        for act in cell.xpath(f".//a[not(ancestor::th) or ancestor::div[{_IN_A_ROW}]]"):
            act.drop_tree()
        found += [" ".join(one.split()) for one in cell.xpath(".//text()")]
    return [one for one in found if plain(one) and not DERIVED.fullmatch(one.strip(" ,."))]


def missing(client: Client, path: str, tree: Any) -> list[str]:
    """The facts of the first page that are in no row of the file."""
    query = tree.xpath("//a[contains(@href, 'export=csv')]/@href")[0]
    file: Any = client.get(path.partition("?")[0] + "?" + query.partition("?")[2])
    written = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    shown = tree.xpath("//*[contains(@class, 'pp-listing')]//tbody/tr")
    rows = [[plain(cell) for cell in row] for row in written[1:]]
    pairs = zip(shown, rows, strict=False)
    return [
        fact
        for row, cells in pairs
        for fact in facts(row)
        # What is due has a column of its own, whose head says so.
        if not any(WHEN.sub("", plain(fact)) in cell for cell in cells)
    ]


def test_what_a_list_shows_of_a_row_is_in_its_export() -> None:
    lacking = {}
    seen = set()
    for name, client, path, tree in lists(build()):
        seen.add(name.partition(" ")[0])
        if found := missing(client, path, tree):
            lacking[name] = found
    assert lacking == {}
    assert len(seen) >= 11
