"""Lists: the page is cut by id, and only its rows are worked out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BigIntegerField, Func, Value

from core import clock
from core.listing import Column, Filter, Listing
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
    """A sequence: it counts how many rows were annotated."""
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


def test_an_export_holds_all_rows_that_the_filter_leaves(sequence: str) -> None:
    drawn = Func(Value(sequence), function="nextval", output_field=BigIntegerField())
    shown = PEOPLE.show(User.objects.annotate(drawn=drawn), {"page": "2", "q": "person0"})
    lines = shown.csv().decode("utf-8-sig").splitlines()
    assert len(lines) == 101 and lines[1].startswith("person000@example.com")
