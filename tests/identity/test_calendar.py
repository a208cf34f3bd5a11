"""The secret address of a person's calendar of due dates: made, replaced, switched off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from audit.models import Event
from core.crypto import secret_hash
from core.ids import new_id
from identity.models import CalendarFeed, User
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
from tests.identity.road import mails_to

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r"http://[^<\s]+/calendar/([\w-]{43})\.ics")


@pytest.fixture
def user(client: Client) -> User:
    found: User = UserFactory.create()
    client.force_login(found)
    return found


def _make(client: Client, **changes: Any) -> str:
    """The page that answers the form."""
    answer = client.post("/account/calendar/make", {"form_key": str(new_id()), **changes})
    assert answer.status_code == 200
    return answer.content.decode()


def _secret(page: str) -> str:
    found = ADDRESS.search(page)
    assert found
    return found[1]


def test_a_calendar_address_is_shown_once_and_stored_hashed(client: Client, user: User) -> None:
    key = str(new_id())
    secret = _secret(_make(client, form_key=key))
    feed = CalendarFeed.objects.get()
    assert secret not in str(vars(feed)) and feed.user == user
    again = _make(client, form_key=key)
    assert "You have already seen this address" in again and secret not in again
    assert CalendarFeed.objects.get().pk == feed.pk
    assert secret not in client.get("/account/calendar").content.decode()


def test_a_calendar_address_is_emailed_about_without_its_secret(client: Client, user: User) -> None:
    secrets = [_secret(_make(client)), _secret(_make(client))]
    mails = mails_to(user.email)
    assert [mail.kind for mail in mails] == ["user.calendar_made"] * 2
    assert not any(secret in mail.text for secret in secrets for mail in mails)
    assert "The earlier address no longer works." not in mails[0].text
    assert "The earlier address no longer works." in mails[1].text


def test_a_person_has_one_calendar_address_and_the_record_says_what_happened_to_it(
    client: Client, user: User
) -> None:
    _make(client)
    _make(client, reminds="on")
    assert CalendarFeed.objects.get().reminds
    assert client.post("/account/calendar/end").status_code == 302
    assert client.post("/account/calendar/end").status_code == 302
    assert not CalendarFeed.objects.exists()
    told = Event.objects.filter(kind__contains="calendar").order_by("at", "pk")
    assert [one.kind.removeprefix("identity.calendar_") for one in told] == [
        "made", "renewed", "ended",
    ]  # fmt: skip


def test_the_calendar_page_says_when_the_address_was_last_used(client: Client, user: User) -> None:
    assert "The calendar is off." in client.get("/account/calendar").content.decode()
    secret = _secret(_make(client))
    assert "Never" in client.get("/account/calendar").content.decode()
    Client().get(f"/calendar/{secret}.ics")
    assert "Never" not in client.get("/account/calendar").content.decode()


def test_a_calendar_that_is_off_needs_no_switching_off(client: Client, user: User) -> None:
    assert client.get("/account/calendar/end").status_code == 302


def test_a_calendar_is_changed_under_its_address(client: Client) -> None:
    first = make_model(make_account("Alder Freight"))
    second = make_model(first.trade_account, first.started_by)
    client.force_login(first.started_by)
    address = "/account/calendar/change"
    assert client.get(address).status_code == 302, "it is off"
    secret = _secret(_make(client, scope="all"))
    for chosen in ([], [str(new_id())]):
        assert client.post(address, {"scope": "chosen", "accounts": chosen}).status_code == 422
    for _twice in range(2):
        sent = {"scope": "chosen", "accounts": [str(second.pk)], "reminds": "on"}
        assert client.post(address, sent).status_code == 302
    feed = CalendarFeed.objects.get()
    assert (feed.accounts, feed.reminds) == ([second.pk], True)
    assert feed.token_hash == secret_hash(secret)
    assert second.reference in client.get("/account/calendar").content.decode()
    assert Event.objects.filter(kind="identity.calendar_changed").count() == 1
    assert 'value="chosen"' in client.get(address).content.decode()


def test_who_has_one_account_chooses_none(client: Client, user: User) -> None:
    assert 'name="scope"' not in client.get("/account/calendar/make").content.decode()


def test_a_calendar_of_chosen_accounts_never_widens_unasked(client: Client) -> None:
    """The chosen ones were left, and one account remains."""
    model = make_model(make_account("Alder Freight"))
    client.force_login(model.started_by)
    _make(client)
    CalendarFeed.objects.update(accounts=[new_id()])
    for place in ("change", "make"):
        address = f"/account/calendar/{place}"
        assert 'value="chosen"' in client.get(address).content.decode()
        assert client.post(address, {"reminds": "on"}).status_code == 422
    assert CalendarFeed.objects.get().accounts is not None


def test_a_new_address_can_be_opened_in_a_calendar_program(client: Client, user: User) -> None:
    page, host = _make(client), settings.SITE_URL.partition("://")[2]
    assert f'href="webcal://{host}/calendar/{_secret(page)}.ics"' in page


def test_s2_the_key_of_another_persons_calendar_is_refused(client: Client, user: User) -> None:
    _make(client)
    other = Client()
    other.force_login(UserFactory.create())
    foreign = {"form_key": str(CalendarFeed.objects.get().pk)}
    assert other.post("/account/calendar/make", foreign).status_code == 422
    assert CalendarFeed.objects.get().user == user
