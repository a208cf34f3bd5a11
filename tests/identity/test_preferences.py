"""The Application Menu's preferences: language and zone, emails, keys (issue 3, item 1)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client, override_settings
from lxml import html  # type: ignore[import-untyped]

from audit.models import Event
from audit.services import person_scope
from core import clock
from core.access import for_user
from identity import services
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.models import Choice, Notification, Outbox
from notifications.providers.kinds import Kind, kind, kinds_for
from notifications.selectors import EVERY_DIGEST, choices_of
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


def choose(browser: Client, ways: dict[str, str], *, digest: bool | None = None) -> Any:
    """Post the form of notifications with these ways, and the others as they are shown.

    ``digest`` ticks the digest or takes its tick away; None leaves it.
    """
    tree = html.document_fromstring(browser.get("/account/notifications").content)
    shown = tree.xpath("//main//input[@type='radio' and @checked]")
    data = {one.get("name"): one.get("value") for one in shown}
    is_on = bool(tree.xpath("//main//input[@name='digest' and @checked]"))
    if is_on if digest is None else digest:
        data["digest"] = "on"
    return browser.post("/account/notifications", {**data, **ways})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("way", "state"), [("at_once", "pending"), ("digest", "in_digest"), ("only_here", "only_here")]
)
def test_a_kind_comes_as_its_reader_has_chosen(
    browser: Client, user: User, way: str, state: str
) -> None:
    assert kind(OPTIONAL).mandatory is False
    assert choose(browser, {"way-account-one_user_left": way}).status_code == 302
    tell(user, OPTIONAL, account="Thistlewick")
    mail = Outbox.objects.get(kind=OPTIONAL)
    assert mail.state == state
    assert bool(mail.text) == bool(mail.html) == (way == "at_once")
    notice = Notification.objects.get(user_id=user.pk, kind=OPTIONAL)
    assert (notice.way, notice.account, notice.read_at) == (way, "Thistlewick", None)
    other = UserFactory.create()
    tell(other, OPTIONAL, account="Thistlewick")
    assert Outbox.objects.get(kind=OPTIONAL, to_address=other.email).state == "in_digest"


@pytest.mark.django_db
def test_what_is_the_usual_way_again_leaves_no_row_and_the_page_shows_what_is_chosen(
    browser: Client, user: User
) -> None:
    choose(browser, {"way-account-one_user_left": "only_here", "way-application-started": "digest"})
    assert choices_of(user.pk) == {OPTIONAL: "only_here", "application.started": "digest"}
    page = browser.get("/account/notifications").content.decode()
    assert re.search(r'name="way-account-one_user_left"\s+value="only_here"[^>]* checked', page)
    choose(browser, {"way-account-one_user_left": "digest", "way-application-started": "at_once"})
    assert choices_of(user.pk) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["", "never", "AT_ONCE", "x" * 200])
def test_a_way_that_does_not_exist_is_refused(browser: Client, user: User, way: str) -> None:
    refused = choose(browser, {"way-account-one_user_left": way})
    assert refused.status_code == 422 and "Choose how this comes." in refused.content.decode()
    assert choices_of(user.pk) == {}


@pytest.mark.django_db
def test_what_is_mandatory_cannot_be_switched_off(browser: Client, user: User) -> None:
    code = MANDATORY
    services.save_notifications(actor=for_user(user), digest=False, ways={code: "only_here"})
    assert code not in choices_of(user.pk)
    page = browser.get("/account/notifications").content.decode()
    assert "way-user-password_changed" not in page and kind(MANDATORY).event in page
    choose(browser, {"way-user-password_changed": "only_here"})
    assert code not in choices_of(user.pk)
    Choice.objects.create(user_id=user.pk, kind=MANDATORY, way="only_here")
    tell(user, MANDATORY, at=clock.now(), ip="")
    assert Outbox.objects.get(kind=MANDATORY).state == "pending"


@pytest.mark.django_db
def test_the_digest_is_switched_off_and_on_and_the_choices_stay(
    browser: Client, user: User
) -> None:
    choose(browser, {"way-application-started": "digest"})
    choose(browser, {}, digest=False)
    assert EVERY_DIGEST in choices_of(user.pk)
    tell(user, OPTIONAL, account="Thistlewick")
    assert Outbox.objects.get(kind=OPTIONAL).state == "only_here"
    choose(browser, {}, digest=True)
    assert choices_of(user.pk) == {"application.started": "digest"}
    told = [one.kind for one in Event.objects.filter(scope_id=user.pk)]
    assert told.count("identity.digests_ended") == told.count("identity.digests_resumed") == 1


@pytest.mark.django_db
def test_a_notice_that_is_only_here_is_written_once_as_any_other(user: User) -> None:
    Choice.objects.create(user_id=user.pk, kind=OPTIONAL, way="only_here")
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


@pytest.mark.django_db
def test_the_search_with_ctrl_k_is_switched_off_and_on(browser: Client, user: User) -> None:
    assert 'data-palette="/accounts/find"' in browser.get("/account/").content.decode()
    browser.post("/account/shortcuts", {"single_keys": "on"})
    assert "data-palette" not in browser.get("/account/").content.decode()
    browser.post("/account/shortcuts", {"palette": "on"})
    assert "data-palette" in browser.get("/account/").content.decode()
