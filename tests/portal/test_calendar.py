"""The calendar that programs read: whose due dates it has, in what form, and who gets none."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from core import clock
from core.access import for_user
from core.contributions import DueDate, dated_accounts_of, dates_of
from core.ids import new_id, new_secret
from identity.models import User
from identity.services import end_calendar, make_calendar
from portal import calendar_file
from portal.views import calendars
from security_models.models import BusinessTypeAccount, SecurityModel
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.reviews import accept_all, complete, in_review, sent_in
from tests.factories.trade import assign, make_account, make_contact, make_model
from tests.statements import at_most
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db


def secret_of(user: User, *, reminds: bool = False, accounts: Any = None) -> str:
    """A new calendar address of the person."""
    actor = for_user(user)
    return make_calendar(actor=actor, form_key=new_id(), reminds=reminds, accounts=accounts)[1]


def read(secret: str) -> Any:
    """The answer to a calendar program, which has no session."""
    return Client().get(f"/calendar/{secret}.ics")


def events(user: User, *, reminds: bool = False) -> list[Any]:
    """The events of the person's calendar."""
    answer = read(secret_of(user, reminds=reminds))
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def titles(user: User) -> list[str]:
    return [str(event["summary"]) for event in events(user)]


@pytest.fixture
def draft() -> SecurityModel:
    return make_model(make_account("Alder Freight"))


def certify(model: SecurityModel, day: dt.date, number: str = "12345678") -> None:
    BusinessTypeAccount.objects.filter(security_model=model).update(
        status="certified", certified_on=day, account_number=number
    )


# --- whose dates ----------------------------------------------------------------------------------


def test_a_partner_reads_by_when_to_finish_an_application(draft: SecurityModel) -> None:
    (event,) = events(draft.started_by)
    assert str(event["summary"]) == f"Alder Freight: Finish the application {draft.reference}"
    assert event["dtstart"].dt == draft.started_on + dt.timedelta(days=59)
    assert event["dtend"].dt - event["dtstart"].dt == dt.timedelta(days=1)


def test_p6_a_partner_reads_by_when_to_answer_returned_criteria() -> None:
    submission, access = in_review()
    accept_all(access, submission, returned=("1.1",))
    done = complete(access, submission)
    (event,) = events(done.submitted_by)
    assert "Answer the returned criteria" in event["summary"]
    assert event["dtstart"].dt == done.answer_due_on
    assert done.reviewed_at is not None
    assert event["last-modified"].dt.date() == clock.program_date(done.reviewed_at)


def test_p13_a_partner_reads_when_the_annual_review_is_due_until_it_is_submitted() -> None:
    model = sent_in()
    certify(model, dt.date(2024, 2, 29))
    user = make_contact(model).membership.user
    assert user is not None
    seen = {}
    for day in (dt.date(2026, 2, 27), dt.date(2026, 3, 1), dt.date(2026, 12, 1)):
        with clock.at(day):
            (event,) = events(user)
            assert "Annual review" in event["summary"]
            assert str(event["url"]).endswith("/annual-review/")
            seen[str(event["uid"])] = event["dtstart"].dt
            assert event["last-modified"].dt.date() == event["dtstart"].dt.replace(
                year=event["dtstart"].dt.year - 1
            )
    assert list(seen.values()) == [dt.date(2026, 2, 28), dt.date(2027, 2, 28)]


def test_p13_a_specialist_reads_the_annual_reviews_of_own_partners() -> None:
    mine, other = sent_in(), sent_in(name="Old Kettle Packaging")
    staff = assign(mine)
    certify(mine, dt.date(2025, 6, 1))
    certify(other, dt.date(2025, 6, 1), number="87654321")
    with clock.at(dt.date(2026, 1, 1)):
        found = [one for one in events(staff) if "Annual review" in one["summary"]]
    assert [str(one["summary"]) for one in found] == ["Mulberry Lane Footwear: Annual review"]
    assert found[0]["dtstart"].dt == dt.date(2026, 6, 1)
    assert str(found[0]["url"]).endswith(f"/scss/m/{mine.pk}/")


def test_a_specialist_reads_the_due_dates_of_the_queue_and_no_others() -> None:
    mine, other = sent_in(), sent_in(name="Old Kettle Packaging")
    staff = assign(mine)
    assign(other)
    (event,) = events(staff)
    assert str(event["summary"]) == "Mulberry Lane Footwear: Application"
    assert mine.first_submitted_on is not None
    assert event["dtstart"].dt == mine.first_submitted_on + dt.timedelta(days=90)


def test_an_item_that_waits_for_the_partner_says_so_in_the_calendar_of_the_specialist() -> None:
    submission, access = in_review()
    accept_all(access, submission, returned=("1.1",))
    complete(access, submission)
    assert titles(access.user) == ["Mulberry Lane Footwear: Application, waiting for the partner"]


@pytest.mark.parametrize("role", ["management", "helpdesk", "program_admin"])
def test_other_staff_read_no_dates_of_partners_whom_they_do_not_look_after(role: str) -> None:
    assign(sent_in())
    assert titles(UserFactory.create(staff_role=role)) == []


def test_a_stranger_reads_nothing_of_a_company(draft: SecurityModel) -> None:
    assert titles(UserFactory.create()) == []


def test_the_dates_of_a_company_that_someone_has_left_are_gone(draft: SecurityModel) -> None:
    secret = secret_of(draft.started_by)
    assert b"VEVENT" in read(secret).content
    Membership.objects.filter(user=draft.started_by).update(state=MembershipState.ENDED)
    draft.contacts.all().delete()
    draft.securitymodelgrant_set.all().delete()
    answer = read(secret)
    assert answer.status_code == 200 and b"VEVENT" not in answer.content


def test_a_calendar_of_chosen_accounts_shows_only_those_and_none_of_others(
    draft: SecurityModel,
) -> None:
    mine = make_model(draft.trade_account, draft.started_by)
    foreign = make_model(make_account("Old Kettle Packaging"))
    secret = secret_of(draft.started_by, accounts=[mine.pk, foreign.pk])
    (event,) = Calendar.from_ical(read(secret).content).walk("VEVENT")
    assert mine.reference in str(event["summary"])


@pytest.mark.parametrize("role", ["partner", "specialist"])
def test_the_accounts_to_choose_from_are_those_with_dates_of_the_reader(role: str) -> None:
    first = sent_in()
    reader = assign(first) if role == "specialist" else first.started_by
    second = make_model(make_account("Alder Freight"), first.started_by)
    assign(second, reader) if role == "specialist" else None
    make_model(make_account("Old Kettle Packaging"))
    offered = {one.security_model_id for one in dated_accounts_of(for_user(reader))}
    assert {one.security_model_id for one in dates_of(for_user(reader))} <= offered
    assert offered == {first.pk, second.pk}


# --- who gets no answer ---------------------------------------------------------------------------


#: What differs from one answer to the next: the token of forms, and the address itself.
_CHANGING = re.compile(r"[\w-]{43,}")


def _said(answer: Any) -> tuple[int, list[tuple[str, list[str]]], str]:
    """Status, headers and text; a policy names its parts in any order."""
    headers = sorted((name, sorted(value.split("; "))) for name, value in answer.headers.items())
    del headers[[name for name, _value in headers].index("X-Request-Id")]
    return answer.status_code, headers, _CHANGING.sub("", answer.content.decode())


def _same_as_unknown(answer: Any) -> bool:
    return _said(answer) == _said(read(new_secret()))


@pytest.mark.logs_a_secret
def test_a_replaced_or_switched_off_address_answers_at_once_like_an_unknown_one() -> None:
    user = UserFactory.create()
    first = secret_of(user)
    second = secret_of(user)
    assert read(first).status_code == 404 and _same_as_unknown(read(first))
    assert read(second).status_code == 200
    end_calendar(actor=for_user(user))
    assert _same_as_unknown(read(second))


@pytest.mark.logs_a_secret
@pytest.mark.parametrize(
    "change",
    [
        {"disabled_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"password_changed_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"set_up_step": "profile"},
    ],
    ids=["disabled", "password expired", "set-up unfinished"],
)
def test_r7_u4_who_may_do_nothing_has_no_calendar(change: dict[str, Any]) -> None:
    user = UserFactory.create()
    secret = secret_of(user)
    User.objects.filter(pk=user.pk).update(**change)
    assert _same_as_unknown(read(secret))
    assert user.calendar_feed.last_used_at is None


@pytest.mark.logs_a_secret
@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "%F0%9F%93%85", "x" * 3000])
def test_a_made_up_address_is_unknown(token: str) -> None:
    assert read(token).status_code == 404


@pytest.mark.logs_a_secret
def test_a_calendar_that_is_read_too_often_must_wait_and_others_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calendars, "CALLS_A_MINUTE", 3)
    secret, other = secret_of(UserFactory.create()), secret_of(UserFactory.create())
    with clock.at(dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC)):
        User.objects.update(password_changed_at=clock.now())
        answers = [read(secret) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[-1].headers["Retry-After"] == "60"
        assert [read(new_secret()).status_code for _ in range(4)] == [404, 404, 404, 429]
        assert read(other).status_code == 200


@pytest.mark.logs_a_secret
def test_a_calendar_is_only_read() -> None:
    assert Client().post(f"/calendar/{secret_of(UserFactory.create())}.ics").status_code == 405


# --- the file -------------------------------------------------------------------------------------


def test_no_cache_keeps_a_calendar(draft: SecurityModel) -> None:
    answer = read(secret_of(draft.started_by))
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies


def test_each_date_has_the_same_uid_each_time_and_another_than_all_others(
    draft: SecurityModel,
) -> None:
    make_model(draft.trade_account, draft.started_by)
    first, second = events(draft.started_by), events(draft.started_by)
    assert [one["uid"] for one in first] == [one["uid"] for one in second]
    assert len({one["uid"] for one in first}) == len(first) == 2


def test_a_calendar_reminds_only_of_those_dates_for_which_it_was_asked(
    draft: SecurityModel,
) -> None:
    assert not events(draft.started_by)[0].walk("VALARM")
    (alarm,) = events(draft.started_by, reminds=True)[0].walk("VALARM")
    assert alarm["trigger"].dt == dt.timedelta(days=-7)


def _file(account_name: str) -> bytes:
    day = dt.date(2026, 12, 1)
    date = DueDate("finish-1", day, day, "Finish; the application", "/t/1", account_name, new_id())
    return calendar_file.calendar_file([date], reminds=True)


@pytest.mark.parametrize(
    "name",
    [
        "Smith, Jones; Sons\\Daughters",
        "Ремесло и Сыновья " * 12,
        "三" * 80,
        "BEGIN:VEVENT",
        "Café 📦 " * 20,
    ],
)
def test_any_name_comes_out_of_the_file_as_it_went_in(name: str) -> None:
    content = _file(name)
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert str(event["summary"]) == f"{name}: Finish; the application"
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_an_entry_links_to_its_page_and_says_nothing_of_answers(draft: SecurityModel) -> None:
    (event,) = events(draft.started_by)
    link = str(event["url"])
    assert link.endswith(f"/m/{draft.pk}/") and link in event["description"]
    assert str(event["class"]) == "PRIVATE"


def test_the_statements_of_a_calendar_do_not_grow_with_the_accounts(draft: SecurityModel) -> None:
    secret = secret_of(draft.started_by)
    read(secret)
    with at_most(8):
        read(secret)
    for number in range(4):
        make_model(make_account(f"Company {number}", administrator=draft.started_by))
    with at_most(8):
        read(secret)


def test_n2_one_due_date_is_a_file_for_those_whose_date_it_is() -> None:
    model = annual.certified_model()
    key = f"annual-review-{model.pk}-{annual.cycle(model).due_on:%Y%m%d}"
    own, other = Client(), Client()
    own.force_login(model.started_by)
    other.force_login(UserFactory.create())
    address = reverse("portal:due-date", args=[key])
    (event,) = Calendar.from_ical(own.get(address).content).walk("VEVENT")
    assert event.decoded("dtstart") == annual.cycle(model).due_on
    assert other.get(address).status_code == 404
