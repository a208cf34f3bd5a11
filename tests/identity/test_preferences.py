"""The Application Menu's preferences: language and zone, emails, keys (issue 3, item 1)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client, override_settings

from audit.services import person_scope
from core import clock
from core.access import for_user
from identity import services
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.models import Muted, Notification, Outbox
from notifications.providers.kinds import Kind, kind, kinds_for
from notifications.services.sending import notify
from tests.factories.people import UserFactory
from tests.identity.road import sign_in

OPTIONAL, MANDATORY = "account.one_user_left", "user.password_changed"


@pytest.fixture
def user() -> User:
    """A partner."""
    made: User = UserFactory.create()
    return made


@pytest.fixture
def browser(user: User) -> Client:
    """A browser in which the partner is signed in."""
    client = Client()
    sign_in(client, user.email)
    return client


# --- the menu ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_n4_the_menu_on_every_page_and_its_cards_lead_to_all_of_the_account(
    browser: Client,
) -> None:
    page = browser.get("/account/").content.decode()
    header, main = page.split("<main")[0], page.split("<main")[1]
    for path in ("/account/", "/account/profile", "/account/password", "/account/sessions"):
        assert f'href="{path}"' in header
    cards = ("profile", "password", "questions", "email", "sessions", "sign-ins", "region")
    for name in (*cards, "notifications", "shortcuts"):
        assert f'href="/account/{name}"' in main, name
        assert browser.get(f"/account/{name}").status_code == 200


@pytest.mark.django_db
def test_n4_the_menu_costs_no_statements(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        browser.get("/account/shortcuts")


# --- zone and language -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("America/Tijuana", "America/Tijuana"),
        ("america/mexico_city", "America/Mexico_City"),
        ("Mexico City", "America/Mexico_City"),
        ("Madrid", "Europe/Madrid"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_chosen_by_its_name_or_its_city(
    browser: Client, user: User, typed: str, kept: str
) -> None:
    assert browser.post("/account/region", {"time_zone": typed}).status_code == 302
    user.refresh_from_db()
    assert user.time_zone == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "Atlantis", "../../etc/passwd", "x" * 41, "A\x00B", "Etc/GMT+5"]
)
def test_what_is_no_zone_is_refused_and_stays_typed(
    browser: Client, user: User, typed: str
) -> None:
    refused = browser.post("/account/region", {"time_zone": typed})
    assert refused.status_code == 422
    if typed.isprintable():
        assert f'value="{typed}"' in refused.content.decode() or not typed
    user.refresh_from_db()
    assert user.time_zone == "America/New_York"


@pytest.mark.django_db
def test_times_are_shown_in_the_zone_of_the_reader_and_name_it(user: User) -> None:
    User.objects.filter(pk=user.pk).update(time_zone="Europe/Madrid")
    browser, moment = Client(), dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    with clock.at(moment):
        sign_in(browser, user.email)
        page = browser.get("/account/sign-ins").content.decode()
    assert "Jul 2, 2026, 12:30 a.m. CEST" in page


@pytest.mark.django_db
def test_p11_program_days_stay_days_of_the_program(browser: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(time_zone="Pacific/Kiritimati")
    with (
        clock.shown_in("Pacific/Kiritimati"),
        clock.at(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)),
    ):
        assert clock.today() == dt.date(2026, 7, 1)


@pytest.mark.django_db
def test_an_unknown_zone_in_the_database_breaks_no_page(browser: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(time_zone="Mars/Olympus")
    assert browser.get("/account/sign-ins").status_code == 200


@pytest.mark.django_db
def test_a_mail_speaks_in_the_zone_of_who_gets_it(user: User) -> None:
    User.objects.filter(pk=user.pk).update(time_zone="Asia/Tokyo")
    user.refresh_from_db()
    moment = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    tell(user, MANDATORY, at=moment, ip="")
    assert "Jul 2, 2026, 7:30 a.m. JST" in Outbox.objects.get(kind=MANDATORY).text


@pytest.mark.django_db
def test_one_language_is_told_and_several_are_offered(browser: Client, user: User) -> None:
    assert 'name="language"' not in browser.get("/account/region").content.decode()
    with override_settings(LANGUAGES=[("en", "English"), ("es", "Español")]):
        assert "Español" in browser.get("/account/region").content.decode()
        about = {"time_zone": "UTC", "language": "es"}
        assert browser.post("/account/region", about).status_code == 302
        assert '<html lang="es"' in browser.get("/account/profile").content.decode()
        refused = browser.post("/account/region", {**about, "language": "xx"})
        assert refused.status_code == 422
    user.refresh_from_db()
    assert user.language == "es"
    assert browser.get("/account/profile").status_code == 200


# --- notifications -----------------------------------------------------------------------------


def tell(user: User, code: str, **context: Any) -> None:
    """Send a notice to a person."""
    notify(code, scope=person_scope(user.pk), to=[recipient(user)], **context)


@pytest.mark.django_db
def test_a_kind_that_is_switched_off_is_not_mailed_any_more(browser: Client, user: User) -> None:
    assert kind(OPTIONAL).mandatory is False
    assert (
        browser.post("/account/notifications", {"by_mail": ["application.started"]}).status_code
        == 302
    )
    tell(user, OPTIONAL, account="Thistlewick")
    assert Outbox.objects.get(kind=OPTIONAL).state == "muted"
    assert Notification.objects.filter(user_id=user.pk, kind=OPTIONAL).exists()
    other = UserFactory.create()
    tell(other, OPTIONAL, account="Thistlewick")
    assert Outbox.objects.get(kind=OPTIONAL, to_address=other.email).state == "pending"


@pytest.mark.django_db
def test_a_kind_can_be_switched_on_again(browser: Client, user: User) -> None:
    browser.post("/account/notifications", {})
    assert Muted.objects.filter(user_id=user.pk).exists()
    page = browser.get("/account/notifications").content.decode()
    assert not re.search(r'name="by_mail"[^>]* checked', page)
    browser.post("/account/notifications", {"by_mail": [OPTIONAL]})
    tell(user, OPTIONAL, account="Thistlewick")
    assert Outbox.objects.get(kind=OPTIONAL).state == "pending"


@pytest.mark.django_db
def test_what_is_mandatory_cannot_be_switched_off(browser: Client, user: User) -> None:
    services.save_notifications(actor=for_user(user), by_mail=[])
    assert not Muted.objects.filter(kind=MANDATORY).exists()
    refused = browser.post("/account/notifications", {"by_mail": [MANDATORY]})
    assert refused.status_code == 422
    Muted.objects.create(user_id=user.pk, kind=MANDATORY)
    tell(user, MANDATORY, at=clock.now(), ip="")
    assert Outbox.objects.get(kind=MANDATORY).state == "pending"


@pytest.mark.django_db
def test_a_muted_notice_is_written_once_as_any_other(user: User) -> None:
    Muted.objects.create(user_id=user.pk, kind=OPTIONAL)
    for _ in range(3):
        tell(user, OPTIONAL, account="Thistlewick", once_key="day-1")
    assert Notification.objects.filter(kind=OPTIONAL).count() == 1


@pytest.mark.django_db
def test_partners_and_staff_are_offered_what_reaches_them() -> None:
    def codes(kinds: list[Kind]) -> set[str]:
        return {one.code for one in kinds}

    partner, staff = codes(kinds_for(staff=False)), codes(kinds_for(staff=True))
    assert OPTIONAL in partner - staff
    assert "submission.approved" in partner - staff
    assert MANDATORY in partner & staff
    assert "user.invited" not in partner | staff


# --- keys --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_single_keys_are_switched_off_and_on(browser: Client, user: User) -> None:
    assert 'data-single-keys="on"' in browser.get("/account/").content.decode()
    browser.post("/account/shortcuts", {})
    assert 'data-single-keys="off"' in browser.get("/account/").content.decode()
    browser.post("/account/shortcuts", {"single_keys": "on"})
    assert 'data-single-keys="on"' in browser.get("/account/").content.decode()
