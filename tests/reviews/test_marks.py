"""People arrange their own queue: an item pinned to its top, or snoozed until a day."""

from __future__ import annotations

import datetime as dt
import functools
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotVisible, Refused
from core.ids import new_id
from identity.models import User
from reviews import services
from reviews.models import WorkMark
from security_models.models import SecurityModel
from security_models.services import handover, staff
from security_profile.models import Submission
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of

pytestmark = pytest.mark.django_db

NAMES = ("Alder Imports", "Birch Drayage", "Cedar Brokers")
QUEUE = reverse("reviews:queue")
WHY = "Waiting for the answer of the port."


@pytest.fixture
def scss() -> User:
    """The specialist who owns the queue."""
    return UserFactory.create(staff_role="scss", first_name="Imre", last_name="Kovats")


@pytest.fixture
def items(scss: User) -> list[Submission]:
    """Three items of the queue, received one day after the other."""
    found = []
    for days, name in zip((3, 2, 1), NAMES, strict=True):
        model = made.sent_in(name=name)
        submission = model.submissions.get()
        made.specialist(model, scss)
        day = clock.today() - dt.timedelta(days=days)
        SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=day)
        found.append(submission)
    return found


def _url(item: Submission, act: str) -> str:
    return reverse(f"reviews:{act}", args=[item.security_model_id, "application", item.pk])


def _in(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def _snooze(client: Client, item: Submission, days: int = 5, **data: Any) -> Any:
    values = {"until": _in(days).isoformat(), "reason": WHY, **data}
    return client.post(_url(item, "snooze"), values)


def _manager() -> User:
    return UserFactory.create(staff_role="management")


def _shown(client: Client, **query: str) -> list[str]:
    return [row.partner for row in client.get(QUEUE, query).context["rows"]]


def _events() -> list[tuple[str, Any]]:
    rows = Event.objects.filter(kind__startswith="reviews.").order_by("pk")
    return list(rows.values_list("kind", "data"))


# --- pins -----------------------------------------------------------------------------------------


def test_a_pinned_item_comes_first_however_the_own_queue_is_sorted(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    assert _shown(client) == list(NAMES)
    for _press in range(2):
        client.post(_url(items[2], "pin"), {"pinned": "1"})
    assert WorkMark.objects.count() == 1
    first_the_pinned = ["Cedar Brokers", "Alder Imports", "Birch Drayage"]
    assert _shown(client) == _shown(client, sort="partner") == first_the_pinned
    assert _shown(client, marked="pinned") == ["Cedar Brokers"]
    export = client.get(QUEUE, {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert "Cedar" in export[1] and "; Pinned," in export[1]
    client.post(_url(items[2], "pin"), {"pinned": ""})
    assert _shown(client) == list(NAMES)
    assert not WorkMark.objects.exists()


def test_a_pin_is_ones_own_and_leaves_no_trace_for_others(
    items: list[Submission], scss: User
) -> None:
    signed_in(scss).post(_url(items[2], "pin"), {"pinned": "1"})
    manager = signed_in(UserFactory.create(staff_role="management"))
    page = manager.get(reverse("reviews:open-work"))
    assert [row.line.partner for row in page.context["rows"]] == list(NAMES)
    assert "Pinned" not in words_of(page)
    assert _events() == []


# --- snoozes --------------------------------------------------------------------------------------


def test_two_people_who_marked_items_of_the_same_kind_see_their_own_marks(
    items: list[Submission], scss: User
) -> None:
    other = UserFactory.create(staff_role="scss")
    staff_of_last = items[2].security_model_id
    staff.assign(actor=for_user(_manager()), model_id=staff_of_last, staff_id=other.pk)
    mine, theirs = signed_in(scss), signed_in(other)
    mine.post(_url(items[1], "pin"), {"pinned": "1"})
    theirs.post(_url(items[2], "pin"), {"pinned": "1"})
    for _ in range(2):
        assert [(row.partner, row.pinned) for row in mine.get(QUEUE).context["rows"]] == [
            (NAMES[1], True),
            (NAMES[0], False),
        ]
        shown = theirs.get(QUEUE).context["rows"]
        assert [(row.partner, row.pinned) for row in shown] == [(NAMES[2], True)]


def test_a_snoozed_item_is_left_out_of_the_plain_queue_and_found_by_filters(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    done = client.post(
        f"{_url(items[0], 'snooze')}?back=/scss/%3Fsort=partner",
        {"until": _in(5).isoformat(), "reason": WHY},
    )
    assert done["Location"] == f"/scss/?sort=partner#application-{items[0].pk}"
    assert _shown(client) == list(NAMES[1:])
    assert _shown(client, marked="snoozed") == _shown(client, q="alder") == ["Alder Imports"]
    assert _shown(client, waiting="me") == list(NAMES)
    page = client.get(QUEUE, {"marked": "snoozed"})
    assert f"Snoozed by Imre Kovats until {_in(5):%b} {_in(5).day}, {_in(5).year}: {WHY}" in (
        words_of(page)
    )
    assert page.context["next_url"] == ""
    export = client.get(QUEUE, {"marked": "snoozed", "export": "csv"}).content.decode("utf-8-sig")
    assert WHY in export
    views = {one.label: one.count for one in page.context["views"]}
    assert (views["My work"], views["Snoozed"], views["Waiting for me"]) == (2, 1, 3)


def test_a_queue_with_nothing_but_snoozed_items_says_so_and_shows_them(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    for item in items:
        _snooze(client, item)
    page = client.get(QUEUE)
    words = words_of(page)
    assert "Your queue is clear" not in words
    assert "3 items are snoozed. Each returns to your queue on its day" in words
    assert 'href="?marked=snoozed"' in page.content.decode()
    assert "0 items and 3 snoozed items, 3 partners" in words
    assert "The figures include 3 snoozed items" in words
    for view in page.context["views"]:
        assert client.get(QUEUE + view.url).context["page"].total == view.count


def test_a_snooze_ends_by_itself_on_its_day(items: list[Submission], scss: User) -> None:
    _snooze(signed_in(scss), items[0], days=2)
    with clock.at(_in(1)):
        assert _shown(signed_in(scss)) == list(NAMES[1:])
    with clock.at(_in(2)):
        assert _shown(signed_in(scss)) == list(NAMES)
        assert _shown(signed_in(scss), marked="snoozed") == []


def test_a_snoozed_item_is_late_where_it_is_late(items: list[Submission], scss: User) -> None:
    long_ago = clock.today() - dt.timedelta(days=400)
    SecurityModel.objects.filter(pk=items[0].security_model_id).update(first_submitted_on=long_ago)
    client = signed_in(scss)
    _snooze(client, items[0])
    page = client.get(QUEUE)
    assert page.context["ageing"].late == 1 and page.context["ageing"].total == 3
    assert _shown(client, pressing="late") == ["Alder Imports"]
    manager = signed_in(UserFactory.create(staff_role="management"))
    figures = manager.get(reverse("reviews:open-work")).context["figures"]
    assert [one["count"] for one in figures] == [3, 1, 3, 0]


def test_a_snooze_hides_nothing_from_management_and_from_who_gets_the_partner(
    items: list[Submission], scss: User
) -> None:
    _snooze(signed_in(scss), items[0])
    other = UserFactory.create(staff_role="scss")
    manager = UserFactory.create(staff_role="management")
    page = signed_in(manager).get(reverse("reviews:open-work"))
    assert [row.line.partner for row in page.context["rows"]] == list(NAMES)
    assert f"Snoozed by Imre Kovats until {_in(5):%b} {_in(5).day}" in words_of(page)
    export = signed_in(manager).get(reverse("reviews:open-work"), {"export": "csv"})
    assert WHY in export.content.decode("utf-8-sig")
    model_id = items[0].security_model_id
    staff.assign(actor=for_user(manager), model_id=model_id, staff_id=other.pk)
    assert _shown(signed_in(other)) == ["Alder Imports"]


def test_a_mark_ends_with_the_assignment_in_which_it_was_made(
    items: list[Submission], scss: User
) -> None:
    client, model_id = signed_in(scss), items[0].security_model_id
    _snooze(client, items[0])
    client.post(_url(items[0], "pin"), {"pinned": "1"})
    other, manager = UserFactory.create(staff_role="scss"), for_user(_manager())
    staff.assign(actor=manager, model_id=model_id, staff_id=other.pk)
    assert WHY not in words_of(signed_in(_manager()).get(reverse("reviews:open-work")))
    handover.assign_many(actor=manager, staff_id=scss.pk, seen={model_id: other.pk})
    assert _shown(client) == list(NAMES)
    assert _shown(client, marked="pinned") == _shown(client, marked="snoozed") == []
    _snooze(client, items[0])
    assert _shown(client, marked="snoozed") == ["Alder Imports"]
    assert _shown(client, marked="pinned") == []


def test_a_mark_of_who_covers_ends_with_the_cover(items: list[Submission], scss: User) -> None:
    cover, manager = UserFactory.create(staff_role="scss"), for_user(_manager())
    client, own = signed_in(cover), signed_in(scss)
    _snooze(own, items[1])
    absence = functools.partial(handover.set_absence, actor=manager, staff_id=scss.pk)
    absence(until=_in(3), cover_id=cover.pk)
    page = words_of(signed_in(_manager()).get(reverse("reviews:open-work")))
    assert "Snoozed by Imre Kovats" not in page
    _snooze(client, items[0])
    assert _shown(client, marked="snoozed") == ["Alder Imports"]
    assert _shown(own) == list(NAMES)
    absence(until=None)
    assert WHY in words_of(signed_in(_manager()).get(reverse("reviews:open-work")))
    assert _shown(own, marked="snoozed") == ["Birch Drayage"]
    absence(until=_in(3), cover_id=cover.pk)
    assert _shown(client) == list(NAMES)


def test_a_snooze_and_its_end_are_events_that_partners_do_not_read(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    _snooze(client, items[0])
    _snooze(client, items[0])
    for _press in range(2):
        client.post(_url(items[0], "wake"))
    assert _shown(client) == list(NAMES)
    kinds = [kind for kind, _data in _events()]
    assert kinds == ["reviews.snoozed", "reviews.woken"]
    partner = client.get(reverse("reviews:partner", args=[items[0].security_model_id]))
    assert WHY in words_of(partner)
    model = SecurityModel.objects.get(pk=items[0].security_model_id)
    glance = reverse("portal:glance", args=[model.trade_account_id, model.pk])
    assert WHY not in words_of(signed_in(model.started_by).get(glance))


@pytest.mark.parametrize(
    ("days", "reason", "fields"),
    [(0, WHY, ["until"]), (-3, WHY, ["until"]), (91, WHY, ["until"]), (5, " ", ["reason"])],
)
def test_a_snooze_needs_a_day_to_come_and_a_reason(
    items: list[Submission], scss: User, days: int, reason: str, fields: list[str]
) -> None:
    page = _snooze(signed_in(scss), items[0], days=days, reason=reason)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == fields
    access = made.entered(SecurityModel.objects.get(pk=items[0].security_model_id), scss)
    with pytest.raises(Refused):
        services.snooze(
            actor=access, kind="application", item_id=items[0].pk, until=_in(days), reason=reason
        )
    assert not WorkMark.objects.exists()


def test_a_pin_stays_when_a_snooze_ends_and_the_other_way_round(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    client.post(_url(items[1], "pin"), {"pinned": "1"})
    _snooze(client, items[1])
    client.post(_url(items[1], "wake"))
    assert _shown(client) == ["Birch Drayage", "Alder Imports", "Cedar Brokers"]
    _snooze(client, items[1])
    client.post(_url(items[1], "pin"), {"pinned": ""})
    assert _shown(client, marked="snoozed") == ["Birch Drayage"]


# --- which queue, and which items
# ------------------------------------------------------------------


@pytest.mark.parametrize("act", ["pin", "snooze", "wake"])
def test_r6_only_items_of_the_own_queue_can_be_marked(
    items: list[Submission], scss: User, act: str
) -> None:
    own, other = items[0], items[1]
    stranger = UserFactory.create(staff_role="scss")
    assert signed_in(stranger).post(_url(own, act)).status_code == 404
    manager = UserFactory.create(staff_role="management")
    assert signed_in(manager).post(_url(own, act)).status_code == 404
    client = signed_in(scss)
    for kind, item_id in (("application", other.pk), ("update", own.pk), ("application", new_id())):
        url = reverse(f"reviews:{act}", args=[own.security_model_id, kind, item_id])
        assert client.post(url, {"pinned": "1"}).status_code == 404
    assert not WorkMark.objects.exists()


def test_a_mark_goes_when_its_item_is_gone_and_its_writer_marks_again(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    client.post(_url(items[0], "pin"), {"pinned": "1"})
    Submission.objects.filter(pk=items[0].pk).update(status="approved")
    assert _shown(client) == list(NAMES[1:])
    access = made.entered(SecurityModel.objects.get(pk=items[0].security_model_id), scss)
    with pytest.raises(NotVisible):
        services.wake(actor=access, kind="application", item_id=items[0].pk)
    client.post(_url(items[1], "pin"), {"pinned": "1"})
    assert [mark.item_id for mark in WorkMark.objects.all()] == [items[1].pk]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"snoozed_until": dt.date(2026, 11, 30)}, {"pinned_at": clock.now(), "reason": "why"}],
)
def test_the_database_holds_what_a_mark_says(
    items: list[Submission], scss: User, wrong: dict[str, Any]
) -> None:
    item = items[0]
    row = {"staff": scss, "security_model_id": item.security_model_id, "kind": "application"}
    row["made_at"] = clock.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkMark.objects.create(**row, item_id=item.pk, **wrong)
    WorkMark.objects.create(**row, item_id=item.pk, pinned_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkMark.objects.create(**row, item_id=item.pk, pinned_at=clock.now())


def test_without_scripts_every_act_is_a_button_or_a_link(
    items: list[Submission], scss: User
) -> None:
    client = signed_in(scss)
    _snooze(client, items[1])
    text = client.get(QUEUE, {"waiting": "me"}).content.decode()
    assert text.count(f'action="{_url(items[0], "pin")}?back=') == 1
    assert text.count(f'href="{_url(items[0], "snooze")}?back=') == 1
    assert text.count(f'action="{_url(items[1], "wake")}?back=') == 1
    assert "Bring back Application, Birch Drayage" in words_of(client.get(QUEUE, {"q": "birch"}))
