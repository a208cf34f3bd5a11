"""The pages on which a program administrator writes, publishes and takes back notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.access import Access
from core.days import day
from core.ids import new_id
from messages_app.forms.eastern_times import instant, parts_of, read_time
from messages_app.models import NoticeSending, NoticeVersion, ProgramNotice
from messages_app.services import program_notices as services
from tests.factories import notices
from tests.factories.trade import make_account, make_model
from tests.messages_app.test_notice_readers import browser
from tests.statements import counted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def access() -> Access:
    make_model(make_account("Quill"))
    return notices.publisher()


def typed(**given: Any) -> dict[str, Any]:
    """What a browser sends of a draft."""
    return {
        "form_key": str(new_id()),
        "kind": "program",
        "severity": "information",
        "title": "Office closed",
        "text": "Closed on Friday.",
        "groups": ["contacts"],
        "has_banner": "on",
        "ends_on": day(clock.today() + 9 * DAY),
        "ends_time": "5 pm",
        **given,
    }


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("9:00 a.m.", dt.time(9)), ("9 am", dt.time(9)), ("12 a.m.", dt.time(0)),
        ("12:30 PM", dt.time(12, 30)), ("14:30", dt.time(14, 30)), ("24:00", None),
        ("13 pm", None), ("noon", None), ("9", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_read_as_people_write_it(text: str, time: dt.time | None) -> None:
    assert read_time(text) == time


def test_times_are_entered_in_eastern_time_in_summer_and_winter() -> None:
    summer, winter = dt.date(2026, 7, 1), dt.date(2026, 12, 1)
    assert instant(summer, "9:00 a.m.").astimezone(dt.UTC).hour == 13
    assert instant(winter, "9:00 a.m.").astimezone(dt.UTC).hour == 14
    assert parts_of(instant(winter, "9:00 a.m.")) == (winter, "9:00 a.m.")


def test_a_draft_is_saved_and_what_was_refused_keeps_its_text(access: Access) -> None:
    client, address = browser(access.user), reverse("messages_app:notice-new")
    for far in ("yesterday", "Dec 31, 9999"):
        refused = client.post(address, typed(ends_on=far, text="Kept <text>\u200b"))
        assert refused.status_code == 422
        assert "Kept &lt;text&gt;" in refused.content.decode()
    saved = client.post(address, typed(title="Closed\u202e\u200b soon"))
    assert saved.status_code == 302
    notice = ProgramNotice.objects.get()
    assert (notice.title, notice.has_message) == ("Closed soon", False)
    assert parts_of(notice.ends_at)[1] == "5:00 p.m."


def test_a_link_that_no_reader_should_follow_is_refused(access: Access) -> None:
    client, address = browser(access.user), reverse("messages_app:notice-new")
    for link in ("javascript:alert(1)", "//evil.example", "https://a@evil.example", "ftp://x.org"):
        assert client.post(address, typed(link=link)).status_code == 422, link
    for link in ("/home", "https://example.com/a"):
        assert client.post(address, typed(link=link)).status_code == 302, link


def test_twenty_thousand_characters_of_any_script_are_taken_and_one_more_is_not(
    access: Access,
) -> None:
    client, address = browser(access.user), reverse("messages_app:notice-new")
    assert client.post(address, typed(text="安" * 20_000)).status_code == 302
    assert client.post(address, typed(text="安" * 20_001)).status_code == 422


def test_a_stale_draft_is_a_conflict_that_loses_no_text(access: Access) -> None:
    one, other = notices.draft(access), notices.publisher()
    services.save_draft(
        actor=other, notice_id=one.pk, expected=1, **notices.content(text="Their text.")
    )
    address = reverse("messages_app:notice-edit", args=[one.pk])
    answer = browser(access.user).post(address, typed(version="1", text="My text."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "My text." in page and "Their text." in page
    again = browser(access.user).post(address, typed(version="2", text="My text."))
    assert again.status_code == 302


def test_publishing_from_a_stale_tab_is_a_conflict_and_twice_is_once(access: Access) -> None:
    one = notices.draft(access)
    client, address = browser(access.user), reverse("messages_app:notice-publish", args=[one.pk])
    assert client.post(address, {"version": "7"}).status_code == 409
    assert not NoticeVersion.objects.exists()
    for _ in range(2):
        assert client.post(address, {"version": "1"}).status_code == 302
    assert NoticeVersion.objects.count() == NoticeSending.objects.count() == 1


def test_a_notice_is_withdrawn_with_a_reason_only(access: Access) -> None:
    one = notices.published(access)
    client, address = browser(access.user), reverse("messages_app:notice-withdraw", args=[one.pk])
    assert client.post(address, {"version": str(one.version)}).status_code == 422
    sent = {"version": str(one.version), "reason": "Sent by mistake."}
    assert client.post(address, sent).status_code == 302
    assert client.get(address).status_code == 302
    late = {"version": str(one.version + 1), "reason": "Again."}
    assert client.post(address, late).status_code == 422


def test_the_preview_names_who_sees_a_draft_as_each_kind_of_reader(access: Access) -> None:
    one = notices.draft(access, groups=["contacts", "specialists"])
    client, address = browser(access.user), reverse("messages_app:notice-preview", args=[one.pk])
    everyone = client.get(address)
    assert [user.companies for user in everyone.context["page"].page] == [["Quill"]]
    nobody = client.get(address, {"as": "specialists"})
    assert list(nobody.context["page"].page) == []
    accounts = client.get(address, {"show": "accounts", "export": "csv"})
    assert "Quill" in accounts.content.decode("utf-8-sig")


def test_the_lists_need_the_same_statements_for_any_number_of_rows(access: Access) -> None:
    one = notices.published(access)
    client, counts = browser(access.user), []
    addresses = [
        reverse("messages_app:notices"),
        reverse("messages_app:notice-readers", args=[one.pk]),
        reverse("messages_app:notice-preview", args=[one.pk]),
    ]
    for _ in range(2):
        client.get(reverse("identity:menu"))
        with CaptureQueriesContext(connection) as captured:
            for address in addresses:
                client.get(address)
        counts.append(len(counted(list(captured.captured_queries))))
        for number in range(4):
            make_model(make_account(f"Company {number}"))
            notices.published(access, has_banner=False)
    assert counts[0] == counts[1]
