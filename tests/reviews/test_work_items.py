"""Everything that waits for staff is one list, whatever app it belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import DateField, F, TextField, Value
from django.urls import resolve, reverse

from core import clock, staff_work
from core.staff_work import ItemWords, NextStep, WaitsFor, WorkKind
from identity.models import User
from reviews import work_item_view
from reviews.models import WorkItem
from reviews.selectors.queue import complete, open_work
from security_models.models import SecurityModel
from security_profile.models import Submission
from security_profile.states import SubmissionKind
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db

NAME = work_item_view.VIEW.name


def _definition(view: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_viewdef(%s::regclass)", [view])
        return str(cursor.fetchone()[0])


def _lay(name: str) -> None:
    """Create the view for this test only; a temporary view takes precedence over the
    permanent one.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP VIEW {name} AS {work_item_view.definition('default')}")


@pytest.fixture
def waiting() -> list[SecurityModel]:
    """Three partners, with work in each of its states."""
    models = [made.sent_in(name=name) for name in ("Alder", "Birch", "Cedar")]
    submissions = [model.submissions.get() for model in models]
    for submission, status in zip(submissions, ("submitted", "in_review", "returned"), strict=True):
        due = clock.today() + dt.timedelta(days=9)
        rows = Submission.objects.filter(pk=submission.pk)
        rows.update(status=status, answer_due_on=due if status == "returned" else None)
    return models


def _as_updates(models: list[SecurityModel], kind: SubmissionKind = SubmissionKind.UPDATE) -> None:
    for model in models:
        made.as_update(model.submissions.latest("submitted_at"), kind)


# --- the view and the registry --------------------------------------------------------------------


def test_the_view_in_the_database_says_what_is_registered() -> None:
    _lay("as_registered")
    assert _definition(NAME) == _definition("as_registered")


def test_the_view_is_read_with_the_rights_of_who_asks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [NAME])
        assert cursor.fetchone()[0] == ["security_invoker=true"]


def test_the_fields_of_an_item_are_the_columns_that_kinds_give() -> None:
    fields = [field.column for field in WorkItem._meta.local_concrete_fields]
    assert [name for name in fields if name] == ["kind", *staff_work.COLUMNS]


def test_every_registered_kind_has_words_an_address_and_a_next_step(
    waiting: list[SecurityModel],
) -> None:
    seen = set()
    for one in SubmissionKind:
        if one != SubmissionKind.APPLICATION:
            _as_updates(waiting, one)
        items = list(open_work())
        complete(items)
        for item in items:
            known = staff_work.kind(item.kind)
            step = known.next_step(item)
            assert str(known.words) and step.title and step.text
            assert bool(step.action) == (item.waits_for == WaitsFor.PROGRAM)
            assert resolve(known.url(item)).kwargs["model_id"] == item.security_model_id
            assert item.words.size and item.words.state and item.words.state_code
            assert item.due_on is not None
            seen.add((item.kind, item.waits_for))
    # These have tests of their own (test_messages, change_requests, operations/test_work.py).
    elsewhere = {"message", "change", "operation"}
    kinds = {kind.code for kind in staff_work.kinds()} - elsewhere
    assert seen == {(code, waits) for code in kinds for waits in WaitsFor.values}


def test_what_a_kind_counts_in_sql_is_what_it_says_in_words(waiting: list[SecurityModel]) -> None:
    items = list(WorkItem.objects.all())
    complete(items)
    assert all(f"All {item.size} criteria" == item.words.size for item in items)


# --- due dates ------------------------------------------------------------------------------------


def test_a_due_date_follows_its_clock_without_laying_the_view_again(
    waiting: list[SecurityModel], settings: Any
) -> None:
    def due() -> set[dt.date]:
        return {one.due_on for one in open_work().filter(waits_for=WaitsFor.PROGRAM)}

    assert due() == {clock.clock("certification_decision").due(clock.today())}
    settings.CLOCK_CERTIFICATION_DECISION = 10
    assert due() == {clock.today() + dt.timedelta(days=10)}


def test_an_application_is_due_from_its_first_round_and_an_update_from_its_own(
    waiting: list[SecurityModel],
) -> None:
    long_ago = clock.today() - dt.timedelta(days=40)
    SecurityModel.objects.update(first_submitted_on=long_ago)
    rows = open_work().filter(waits_for=WaitsFor.PROGRAM)
    assert {one.due_from for one in rows} == {long_ago}
    _as_updates(waiting)
    assert {one.due_from for one in rows.all()} == {clock.today()}


def test_a_returned_item_waits_for_the_partner_until_the_answer_is_due(
    waiting: list[SecurityModel],
) -> None:
    returned = open_work().get(waits_for=WaitsFor.PARTNER)
    assert returned.due_on == clock.today() + dt.timedelta(days=9)
    assert returned.due_from is None


# --- another kind ---------------------------------------------------------------------------------


def _greetings() -> Any:
    return SecurityModel.objects.order_by().values(
        "id",
        subject_id=F("pk"),
        security_model_id=F("pk"),
        round=Value(1),
        received_on=F("started_on"),
        received_at=F("started_on"),
        due_stated=Value(dt.date(2020, 5, 4), output_field=DateField()),
        due_from=Value(None, output_field=DateField()),
        due_clock=Value("", output_field=TextField()),
        waits_for=Value(WaitsFor.PROGRAM, output_field=TextField()),
        size=Value(1),
        state=Value("new", output_field=TextField()),
    )


@pytest.fixture
def another_kind() -> Iterator[WorkKind]:
    """A kind of work that another app might register."""
    kind = WorkKind(
        code="greeting",
        words="Greeting",
        rows=_greetings,
        describe=lambda items: {
            one.id: ItemWords("One card", "Not greeted", "to-review") for one in items
        },
        url=lambda item: reverse("reviews:partner", args=[item.security_model_id]),
        next_step=lambda _item: NextStep("Greet the partner", "They are new.", "Greet"),
    )
    staff_work.register(kind)
    _lay(NAME)
    yield kind
    staff_work.unregister(kind.code)


def test_a_kind_that_an_app_registers_is_in_queue_and_open_work_as_it_is(
    waiting: list[SecurityModel], another_kind: WorkKind
) -> None:
    scss = UserFactory.create(staff_role="scss")
    for model in waiting[:2]:
        made.specialist(model, scss)
    client = signed_in(scss)
    address = reverse("reviews:queue")
    page = client.get(address)
    assert [row.item for row in page.context["rows"]] == ["Greeting"] * 2 + ["Application"] * 2
    assert page.context["ageing"].total == 4 and page.context["ageing"].late == 2
    assert {"Greet", "One card", "Not greeted"} <= _said(page)
    assert client.get(address, {"kind": "greeting", "sort": "-changes"}).context["page"].total == 2
    with at_most(11):
        client.get(address)
    export = client.get(address, {"export": "csv"}).content.decode("utf-8-sig")
    assert "Greeting,Alder,One card" in export
    open_work_page = signed_in(_manager()).get(reverse("reviews:open-work"))
    assert [one["count"] for one in open_work_page.context["figures"]] == [6, 3, 5, 2]
    partner = client.get(reverse("reviews:partner", args=[waiting[0].pk]))
    assert "Greet the partner" in words_of(partner)


def test_r6_the_pool_shows_a_partner_once_by_what_has_waited_longest(
    waiting: list[SecurityModel], another_kind: WorkKind
) -> None:
    longest = clock.today() - dt.timedelta(days=50)
    SecurityModel.objects.filter(pk=waiting[0].pk).update(started_on=longest)
    scss = UserFactory.create(staff_role="scss")
    address = reverse("reviews:pool")
    page = signed_in(scss).get(address)
    shown = [(row.partner, row.age) for row in page.context["rows"]]
    assert shown == [("Alder", 50), ("Birch", 0), ("Cedar", 0)]
    export = signed_in(scss).get(address, {"export": "csv"}).content.decode("utf-8-sig")
    assert export.count("Alder") == 1
    made.specialist(waiting[0], scss)
    assert signed_in(scss).get(address).context["page"].total == 2


def _said(page: Any) -> set[str]:
    text = words_of(page)
    return {words for words in ("Greet", "One card", "Not greeted") if words in text}


def _manager() -> User:
    return UserFactory.create(staff_role="management")
