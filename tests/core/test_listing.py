"""Lists: the page is cut by id, and only its rows are computed."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Func, QuerySet, Value
from openpyxl import load_workbook

from core import clock, list_pages
from core.list_pages import Rows
from core.listing import Column, Filter, Listing, harmless
from identity.models import User
from tests.statements import at_most

pytestmark = pytest.mark.django_db

PEOPLE = Listing(
    columns=[
        Column("email", "Email", lambda row: row.email, sort=["email"]),
        Column("drawn", "Drawn", lambda row: row.drawn, sort=["drawn"]),
    ],
    filters=[Filter("q", "Email", lambda rows, text: rows.filter(email__contains=text))],
    sort="email",
)


@pytest.fixture
def sequence() -> str:
    """A sequence that counts how many rows were annotated."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY SEQUENCE drawn")
    User.objects.bulk_create(
        User(email=f"person{n:03}@example.com", registered_at=clock.now()) for n in range(130)
    )
    return "drawn"


def _annotated() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM drawn")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("query", "left"),
    [("", 130), ("q=person00&sort=-email&size=50", 10), ("q=" + "x" * 200, 0),
     ("gone=1", 0), ("q=person00&gone=1", 0), ("gone=&q=person00", 10),
     ("q=" + "%F0%9F%98%80" * 100 + "&q=person00", 10), ("state=new", 130), ("state=old", 0)],
)  # fmt: skip
def test_an_act_on_all_of_a_list_never_reaches_more_than_its_filter(
    sequence: str, query: str, left: int
) -> None:
    new = Filter("state", "State", lambda rows, _value: rows, choices=lambda: [("new", "New")])
    people = replace(PEOPLE, filters=[*PEOPLE.filters, new])
    with at_most(3):
        assert people.posted(User.objects.all(), query).rows.count() == left


@pytest.mark.parametrize("page", ["1", "4", "last"])
def test_only_the_rows_of_the_page_are_annotated(sequence: str, page: str) -> None:
    drawn = Func(Value(sequence), function="nextval", output_field=BigIntegerField())
    rows = User.objects.annotate(drawn=drawn)
    wanted = "6" if page == "last" else page
    with at_most(2):
        shown = PEOPLE.show(rows, {"page": wanted, "q": "person"})
    first = (int(wanted) - 1) * 25
    emails = [row.email for row in shown.page]
    assert emails == [f"person{n:03}@example.com" for n in range(first, min(first + 25, 130))]
    assert shown.total == 130
    assert _annotated() <= 26  # of 130, however late the page


LETTERS = Listing(
    columns=[Column("email", "Email", lambda row: row.email, sort=["email"])],
    filters=[
        Filter("q", "Email", lambda rows, text: rows.filter(email__contains=text)),
        Filter(
            "end",
            "End",
            lambda rows, value: rows.filter(email__endswith=f"{value}@example.com"),
            lambda: [(str(n), str(n)) for n in range(10)],
        ),
    ],
    sort="email",
    plain=lambda rows: rows.exclude(email__startswith="person001"),
)


def _named(email: str) -> QuerySet[User]:
    return User.objects.filter(email__gte=email)


@pytest.mark.parametrize(
    "params",
    [{}, {"sort": "-email"}, {"end": "3"}, {"page": "2"}, {"page": "0"}, {"q": "9"},
     {"end": "3", "size": "100"}, {"q": "1", "end": "1"}, {"page": "99"}, {"sort": "unknown"}],
)  # fmt: skip
def test_a_compiled_list_shows_the_same_as_one_that_is_not(
    sequence: str, params: dict[str, str]
) -> None:
    for begin in ("person000", "person077", "person129", "q"):
        plain = LETTERS.show(_named(begin), params)
        compiled = LETTERS.show(Rows(_named, {"email": begin}), params)
        assert list(compiled.page) == list(plain.page)
        assert compiled.page.number == plain.page.number
        assert compiled.total == plain.total
        assert compiled.csv() == plain.csv()


def test_a_list_is_compiled_once_for_all_readers_and_not_for_typed_words(sequence: str) -> None:
    LETTERS.show(Rows(_named, {"email": "person000"}), {"end": "5"})
    before = list_pages._first.cache_info()
    shown = LETTERS.show(Rows(_named, {"email": "person100"}), {"end": "5"})
    assert [row.email[:9] for row in shown.page] == ["person105", "person115", "person125"]
    LETTERS.show(Rows(_named, {"email": "person100"}), {"end": "5", "q": "person"})
    after = list_pages._first.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_a_number_that_is_known_is_not_asked_for_while_nothing_is_filtered(sequence: str) -> None:
    rows = Rows(_named, {"email": "person000"})
    with at_most(1):
        assert LETTERS.show(rows, {}, plain_total=129).total == 129
    assert LETTERS.show(rows, {"end": "3"}, plain_total=129).total == 13


@pytest.mark.parametrize("page", ["1", "2", "5", "99"])
def test_rows_that_cost_most_to_find_are_counted_as_they_are_found(
    sequence: str, page: str
) -> None:
    drawn = Func(Value(sequence), function="nextval", output_field=BigIntegerField())
    people = replace(PEOPLE, counts_found=True)
    for word in ("person", "person00", "nobody"):
        params = {"q": word, "page": page}
        plain = PEOPLE.show(User.objects.annotate(drawn=Value(1)), params)
        expected, before = (list(plain.page), plain.total), _annotated()
        with at_most(2 if page == "1" else 3):
            found = people.show(User.objects.annotate(drawn=drawn), params)
            assert (list(found.page), found.total) == expected
        assert _annotated() <= before + 26
        assert found.page.number == plain.page.number


def test_an_export_holds_all_rows_that_the_filter_leaves(sequence: str) -> None:
    drawn = Func(Value(sequence), function="nextval", output_field=BigIntegerField())
    shown = PEOPLE.show(User.objects.annotate(drawn=drawn), {"page": "2", "q": "person0"})
    lines = shown.csv().decode("utf-8-sig").splitlines()
    assert len(lines) == 101 and lines[1].startswith("person000@example.com")


TRAPS = ["=1+1", "+1 956 555 0100", "-1", "@SUM(A1)", "\t=1+1"]


def _of_traps() -> Listing:
    return Listing(
        columns=[
            Column("text", "Text", lambda row: TRAPS[int(row.first_name)], sort=["first_name"]),
            Column("day", "Day", lambda _row: dt.date(2026, 11, 30)),
            Column("number", "Number", lambda _row: 12),
        ],
        filters=[],
        sort="text",
    )


@pytest.fixture
def trap_rows() -> None:
    User.objects.bulk_create(
        User(email=f"trap{n}@example.com", first_name=str(n), registered_at=clock.now())
        for n in range(len(TRAPS))
    )


def test_a_workbook_keeps_text_as_typed_days_as_days_and_no_formula(trap_rows: None) -> None:
    sheet = load_workbook(io.BytesIO(_of_traps().show(User.objects.all(), {}).xlsx())).active
    assert sheet is not None and sheet.freeze_panes == "A2"
    rows = list(sheet.iter_rows(min_row=2))
    assert [row[0].value for row in rows] == TRAPS
    assert {row[0].data_type for row in rows} == {"s"}
    assert {(row[1].value, row[2].value) for row in rows} == {(dt.datetime(2026, 11, 30), 12)}


def test_a_csv_file_puts_a_mark_before_what_a_spreadsheet_would_work_out(trap_rows: None) -> None:
    text = _of_traps().show(User.objects.all(), {}).csv().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [row[0] for row in rows] == [f"'{one}" for one in TRAPS]


def test_an_instant_is_exported_in_the_time_zone_of_its_reader() -> None:
    late = dt.datetime(2026, 11, 29, 4, 30, tzinfo=dt.UTC)
    with clock.shown_in("America/Tijuana"):
        assert harmless(late) == "2026-11-28T20:30:00-08:00"
