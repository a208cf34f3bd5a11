"""The page of a person's notices: filters, reading, marking, why, and the number in the header."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html  # type: ignore[import-untyped]

from audit.services import PROGRAM
from core import clock
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.models import Notification
from notifications.presentation.kind_words import GROUPS, TOPICS, got_as
from notifications.presentation.why import why
from notifications.providers.kinds import kind, kinds_for
from notifications.selectors import unread_count
from notifications.services.sending import notify
from tests.factories.people import UserFactory
from tests.identity.road import sign_in
from tests.statements import HEADER, at_most

pytestmark = pytest.mark.django_db
LIST, MARK = "/account/notices", "/account/notices/mark"


@pytest.fixture
def user() -> User:
    """A partner."""
    made: User = UserFactory.create()
    return made


@pytest.fixture
def browser(user: User) -> Client:
    """A browser in which the partner is signed in, and has read what signing in brought."""
    client = Client()
    sign_in(client, user.email)
    Notification.objects.all().delete()
    return client


def notice(user: User, account: str = "Thistlewick", **fields: Any) -> Notification:
    """A notice of a person."""
    return Notification.objects.create(
        **{
            "user_id": user.pk,
            "kind": "account.officer_changed",
            "subject": f"{account}: the company officers changed",
            "body": "First words.\n\nSecond words.",
            "url": "/account/profile",
            "account": account,
            "as_group": "officers",
            "created_at": clock.now(),
            "scope_kind": PROGRAM.kind,
            "scope_id": PROGRAM.id,
            **fields,
        }
    )


def page(browser: Client, query: str = "") -> Any:
    """The list as a tree."""
    return html.document_fromstring(browser.get(LIST + query).content)


def subjects(tree: Any) -> list[str]:
    """The subjects of its rows, in order."""
    return [one.text_content() for one in tree.xpath("//tbody//a[@class='name']")]


# --- the list -----------------------------------------------------------------------------------


def test_the_newest_notice_comes_first_and_unread_ones_are_said_in_words(
    browser: Client, user: User
) -> None:
    now = clock.now()
    notice(user, "Older", created_at=now - dt.timedelta(days=1), read_at=now)
    notice(user, "Newer")
    notice(UserFactory.create(), "Foreign")
    tree = page(browser)
    assert [one.partition(":")[0] for one in subjects(tree)] == ["Newer", "Older"]
    unread, read = tree.xpath("//tbody/tr")
    assert unread.get("class") == "is-unread" and "Unread" in unread.text_content()
    assert read.get("class") is None and "Read" in read.text_content()


def test_an_empty_list_says_what_will_be_there(browser: Client) -> None:
    assert "You have no notices yet." in browser.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=unread", {"Thistlewick", "Larkspur"}),
        ("?state=read", {"Halfmoon"}),
        ("?account=Halfmoon", {"Halfmoon"}),
        ("?topic=annual_review", {"Larkspur"}),
        ("?topic=user", set()),
        ("?state=unread&account=Halfmoon", set()),
        ("?account=Nobody&topic=x&state=y", {"Thistlewick", "Halfmoon", "Larkspur"}),
    ],
)
def test_filters_are_in_the_address(
    browser: Client, user: User, query: str, found: set[str]
) -> None:
    notice(user, "Thistlewick")
    notice(user, "Halfmoon", read_at=clock.now())
    notice(user, "Larkspur", kind="annual_review.opened")
    assert {one.partition(":")[0] for one in subjects(page(browser, query))} == found


def test_a_name_with_more_than_an_address_keeps_is_filtered(browser: Client, user: User) -> None:
    long = "ü" * 150
    notice(user, long, subject="Long")
    notice(user, "Other")
    (value,) = [one for one in page(browser).xpath("//option/@value") if one.startswith("ü")]
    assert subjects(page(browser, f"?account={value}")) == ["Long"]


def test_the_list_is_exported_with_its_filter(browser: Client, user: User) -> None:
    notice(user, "=Thistlewick")
    notice(user, "Halfmoon", read_at=clock.now())
    file = browser.get(f"{LIST}?state=unread&export=csv")
    (_head, row) = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert row[0].startswith("'=Thistlewick") and row[2:] == [
        "'=Thistlewick",
        "Company, users and contacts",
        "Unread",
    ]
    assert browser.get(f"{LIST}?export=xlsx").content[:2] == b"PK"


def test_many_notices_of_many_accounts_cost_the_same_statements(
    browser: Client, user: User
) -> None:
    notice(user)
    with at_most(7):
        browser.get(LIST)
    rows = [
        Notification(
            user_id=user.pk,
            kind="account.officer_changed",
            subject=f"Company {number % 40}: changed",
            body="Words",
            account=f"Company {number % 40}",
            created_at=clock.now(),
            scope_kind="program",
        )
        for number in range(2000)
    ]
    Notification.objects.bulk_create(rows)
    with at_most(7):
        tree = page(browser, "?account=Company+7")
    assert "50" in tree.text_content() and len(subjects(tree)) == 25
    assert len(tree.xpath("//select[@name='account']/option")) == 42


# --- reading ------------------------------------------------------------------------------------


def test_who_opens_a_notice_reads_its_words_and_has_read_it(browser: Client, user: User) -> None:
    made = notice(user)
    browser.head(f"{LIST}/{made.pk}")
    assert unread_count(user.pk) == 1
    text = browser.get(f"{LIST}/{made.pk}").content.decode()
    assert "First words." in text and "Second words." in text and "Why did I get this?" in text
    assert 'href="/account/profile"' in text
    made.refresh_from_db()
    first = made.read_at
    assert first is not None
    browser.get(f"{LIST}/{made.pk}")
    made.refresh_from_db()
    assert made.read_at == first


def test_opening_the_thing_marks_the_notice_as_read(browser: Client, user: User) -> None:
    made = notice(user)
    answer: Any = browser.post(MARK, {"open": str(made.pk), "notice": [str(made.pk)]})
    assert answer.status_code == 302 and answer["Location"] == "/account/profile"
    assert unread_count(user.pk) == 0


def test_a_notice_leads_nowhere_outside_the_portal(browser: Client, user: User) -> None:
    for outside in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        made = notice(user, url=outside)
        answer: Any = browser.post(MARK, {"open": str(made.pk)})
        assert answer["Location"] == f"{LIST}/{made.pk}"
        assert outside not in browser.get(f"{LIST}/{made.pk}").content.decode()


def test_one_notice_those_of_the_page_and_all_of_the_filter_are_marked(
    browser: Client, user: User
) -> None:
    one, two = notice(user, "One"), notice(user, "Two")
    three = notice(user, "Three", kind="annual_review.opened")

    def unread() -> set[str]:
        rows = Notification.objects.filter(user_id=user.pk, read_at=None)
        return set(rows.values_list("account", flat=True))

    shown = [str(one.pk), str(two.pk)]
    browser.post(MARK, {"read": str(one.pk), "notice": shown})
    assert unread() == {"Two", "Three"}
    browser.post(MARK, {"unread": str(one.pk), "notice": shown})
    assert unread() == {"One", "Two", "Three"}
    browser.post(MARK, {"these": "read", "notice": shown})
    assert unread() == {"Three"}
    browser.post(MARK, {"these": "unread", "notice": shown})
    answer: Any = browser.post(MARK, {"every": "read", "query": "topic=annual_review"})
    assert answer["Location"] == f"{LIST}?topic=annual_review"
    assert unread() == {"One", "Two"}
    told = browser.post(MARK, {"every": "read"}, follow=True).content.decode()
    assert "2 notices are marked as read. You have read them all." in told
    assert three.pk and unread() == set()


def test_what_came_after_the_page_was_shown_stays_unread(browser: Client, user: User) -> None:
    notice(user, "Shown", created_at=clock.now() - dt.timedelta(minutes=5))
    until = clock.now() - dt.timedelta(minutes=1)
    notice(user, "Later")
    browser.post(MARK, {"every": "read", "until": until.isoformat()})
    assert Notification.objects.get(read_at=None).account == "Later"


def test_a_long_filter_or_one_that_is_not_offered_marks_no_more_than_the_list_shows(
    browser: Client, user: User
) -> None:
    notice(user, "Thistlewick")
    read = notice(user, "Halfmoon")
    long = "size=100&" * 200
    for query in (f"{long}account=Halfmoon", "account=Gone", "account=Halfmoon&topic=x"):
        browser.post(MARK, {"every": "read", "query": query})
    assert list(Notification.objects.exclude(read_at=None)) == [read]


def test_notices_of_others_do_not_exist(browser: Client, user: User) -> None:
    foreign = notice(UserFactory.create(), "Foreign")
    assert browser.get(f"{LIST}/{foreign.pk}").status_code == 404
    assert browser.post(MARK, {"open": str(foreign.pk)}).status_code == 404
    own = notice(user)
    for data in (
        {"read": str(foreign.pk)},
        {"these": "read", "notice": [str(foreign.pk), str(own.pk)]},
        {"every": "read"},
    ):
        assert browser.post(MARK, data).status_code == 302
    foreign.refresh_from_db()
    own.refresh_from_db()
    assert foreign.read_at is None and own.read_at is not None


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"read": "nonsense"},
        {"these": "maybe", "notice": ["x", "\x00"]},
        {"every": "perhaps", "query": "%%%=&&", "until": "yesterday"},
        {"every": "read", "query": "page=-1&size=x", "until": "2026-99-99T00:00:00Z"},
        {"read": "x" * 5000, "query": "q" * 5000},
        {"every": "read", "until": "2026-01-01T00:00:00+23:59"},
        {"every": "read", "until": "0001-01-01T00:00:00+01:00"},
        {"every": "read", "until": "9999-12-31T23:59:59-01:00"},
        {"every": "read", "until": "9" * 5000},
    ],
)
def test_nonsense_changes_nothing_and_breaks_nothing(
    browser: Client, user: User, data: dict[str, Any]
) -> None:
    assert browser.post(MARK, data).status_code == 302
    assert browser.post(MARK, {"open": "nonsense"}).status_code == 404


# --- why ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "group", "got", "changeable"),
    [
        ("account.officer_changed", "officers", "Company Officer", False),
        ("account.contact_role_changed", "contacts", "Contact", True),
        ("account.one_user_left", "", "Company Administrator, Primary POC", True),
        ("user.password_changed", "", "The person it is about", False),
        ("agreement.signed", "", "The person who signed", False),
    ],
)
def test_why_says_the_event_the_role_and_what_can_be_changed(
    browser: Client, user: User, code: str, group: str, got: str, changeable: bool
) -> None:
    made = notice(user, kind=code, as_group=group)
    answer = why(made, kind(code))
    assert answer.got_as == got and bool(answer.field) is changeable
    shown = " ".join(unescape(browser.get(f"{LIST}/{made.pk}").content.decode()).split())
    assert kind(code).event in shown and got in shown and answer.setting in shown
    link = f"/account/notifications#id_{answer.field}" if changeable else "/account/notifications"
    assert f'href="{link}"' in shown
    settings = browser.get("/account/notifications").content.decode()
    assert (f'id="id_{answer.field}"' in settings) is changeable


def test_a_notice_knows_the_group_through_which_it_came(user: User) -> None:
    notify("user.password_changed", scope=PROGRAM, to=[recipient(user)], at=clock.now(), ip="")
    assert Notification.objects.get(user_id=user.pk).as_group == ""


def test_every_kind_has_a_topic_and_every_group_has_words() -> None:
    every = {*kinds_for(staff=False), *kinds_for(staff=True)}
    assert every
    for one in every:
        assert one.code.partition(".")[0] in TOPICS, one.code
        assert set(one.recipients) <= set(GROUPS) and got_as(one, ""), one.code


# --- the header ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "number", "words"),
    [
        (0, None, "no unread notices"),
        (1, "1", "1 unread notice"),
        (7, "7", "7 unread notices"),
        (130, "99+", "more than 99 unread notices"),
    ],
)
def test_the_header_says_how_many_notices_are_unread(
    browser: Client, user: User, count: int, number: str | None, words: str
) -> None:
    for _ in range(count):
        notice(user)
    for _ in range(3):
        notice(user, read_at=clock.now())
        notice(UserFactory.create())
    header = browser.get("/account/profile").content.decode().split("<main")[0]
    link = " ".join(re.findall(r'<a\s+href="/account/notices".*?</a>', header, re.S)[0].split())
    assert f"Notices: {words}</span>" in link
    shown = re.search(r'class="pp-count" aria-hidden="true" ?>([^<]*)<', link)
    assert (shown and shown[1]) == number


def test_the_header_costs_one_statement_that_reads_two_indexes(browser: Client, user: User) -> None:
    rows = [notice(user) for _ in range(5)]
    with CaptureQueriesContext(connection) as captured:
        browser.get("/account/profile")
    sent = [one["sql"] for one in captured.captured_queries if one["sql"].startswith(HEADER)]
    assert len(sent) == 1 and len(rows) == 5
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sent[0]}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "notification_unread" in plan and "reading_unread" in plan, plan


def test_a_visitor_has_no_notices(client: Client) -> None:
    assert "/account/notices" not in client.get("/").content.decode().split("<main")[0]
