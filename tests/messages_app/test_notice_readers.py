"""Notices of the program for their readers: banners, pages, walls, who has seen them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock, tenancy
from core.access import Access, for_user, system
from core.errors import NotVisible, Refused
from identity.models import User
from messages_app.models import NoticeAccount, NoticeReader, NoticeVersion, ProgramNotice
from messages_app.selectors import program_notices as for_staff
from messages_app.selectors import reader_notices as selectors
from messages_app.selectors.banners import banners_for
from messages_app.services import notice_reading, notice_sending
from messages_app.services import program_notices as services
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.factories import notices
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_model
from tests.messages_app.test_program_notices import correct
from tests.statements import counted

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account("Quill"))


def officer(model: SecurityModel) -> Access:
    return for_user(model.started_by)


@contextmanager
def request_of(access: Access) -> Iterator[str]:
    """A request of this person, behind the wall; gives the stamp with which it begins."""
    try:
        yield tenancy.bind(access)
    finally:
        tenancy.bind(system("a test"))


def titles(access: Access) -> list[str]:
    """The titles in the banners of this person's pages."""
    with request_of(access) as stamp:
        return [one.title for one in banners_for(access, stamp)]


def listed(access: Access) -> list[str]:
    """The titles in this person's list."""
    with request_of(access) as stamp:
        rows = selectors.notices_of_reader(access, stamp)
        return sorted(one.title for one in rows)


def dismiss(reader: Access, notice: ProgramNotice, number: int = 1) -> None:
    """Close the banner of a version."""
    with request_of(reader) as stamp:
        notice_reading.dismiss(actor=reader, notice_id=notice.pk, number=number, stamp=stamp)


# --- banners --------------------------------------------------------------------------------------


def test_a_banner_is_for_who_belongs_to_the_audience_now(model: SecurityModel) -> None:
    notices.published(groups=["contacts"], title="For contacts")
    later = make_contact(model, role=ContactRole.EMPLOYEE)
    joined = later.membership.user
    assert joined is not None
    outsider = notices.partner()
    assert titles(officer(model)) == titles(for_user(joined)) == ["For contacts"]
    assert titles(outsider) == []
    later.delete()
    assert titles(for_user(joined)) == []


def test_a_banner_is_shown_from_its_start_to_its_end(model: SecurityModel) -> None:
    now = clock.now()
    notices.published(starts_at=now + DAY, ends_at=now + 2 * DAY)
    seen = []
    for half_days in range(5):
        with clock.at(now + half_days * DAY / 2):
            seen.append(len(titles(officer(model))))
    assert seen == [0, 0, 1, 1, 0]


def test_a_message_without_a_banner_has_none(model: SecurityModel) -> None:
    notices.published(has_banner=False)
    assert titles(officer(model)) == []


def test_a_withdrawn_banner_is_gone_at_once(model: SecurityModel) -> None:
    access = notices.publisher()
    one = notices.published(access)
    assert titles(officer(model)) == [one.title]
    services.withdraw(actor=access, notice_id=one.pk, expected=one.version, reason="x")
    assert titles(officer(model)) == []


def test_a_dismissed_banner_comes_back_with_a_new_version(model: SecurityModel) -> None:
    access, reader = notices.publisher(), officer(model)
    one = notices.published(access)
    colleague = make_contact(model).membership.user
    assert colleague is not None
    dismiss(reader, one)
    assert (titles(reader), titles(for_user(colleague))) == ([], [one.title])
    correct(access, one, title="Office closed on Monday")
    assert titles(reader) == ["Office closed on Monday"]


def test_closing_an_older_version_does_not_close_the_newer_one(model: SecurityModel) -> None:
    access, reader = notices.publisher(), officer(model)
    one = correct(access, notices.published(access))
    dismiss(reader, one)
    assert titles(reader) == [one.title]


def test_a_critical_banner_cannot_be_dismissed(model: SecurityModel) -> None:
    reader = officer(model)
    one = notices.published(severity="critical")
    with pytest.raises(Refused):
        dismiss(reader, one)
    assert titles(reader) == [one.title]


def test_the_most_urgent_banner_comes_first(model: SecurityModel) -> None:
    for severity in ("information", "critical", "warning"):
        notices.published(severity=severity, title=severity)
    assert titles(officer(model)) == ["critical", "warning", "information"]


def test_people_who_are_not_signed_in_see_only_what_is_for_everyone(model: SecurityModel) -> None:
    notices.published(groups=["contacts"], title="For contacts")
    notices.published(groups=["everyone"], title="For everyone")
    assert titles(Access()) == ["For everyone"]
    assert titles(notices.partner()) == ["For everyone"]


def test_a_page_without_a_running_banner_needs_no_statement(model: SecurityModel) -> None:
    reader = officer(model)
    now = clock.now()
    notices.published(starts_at=now + DAY)
    titles(reader)
    assert _statements(reader) == 0
    with clock.at(now + 2 * DAY):
        assert _statements(reader) == 1
    for _ in range(3):
        notices.published()
    titles(reader)
    with clock.at(now + 2 * DAY):
        assert _statements(reader) == 1


def _statements(reader: Access) -> int:
    with CaptureQueriesContext(connection) as captured, request_of(reader) as stamp:
        banners_for(reader, stamp)
    return len(counted(list(captured.captured_queries)))


# --- the list and one notice ----------------------------------------------------------------------


def test_a_reader_has_every_notice_that_was_addressed_to_them_past_ones_too(
    model: SecurityModel,
) -> None:
    now = clock.now()
    notices.published(title="Running")
    notices.published(title="Staff only", groups=["staff"])
    notices.published(title="To come", starts_at=now + 5 * DAY)
    notices.published(title="Was over", ends_at=now + DAY)
    with clock.at(now + 2 * DAY):
        assert listed(officer(model)) == ["Running", "Was over"]
        assert listed(notices.partner()) == []


def test_a_letter_stays_with_who_got_it_and_a_running_banner_with_who_belongs(
    model: SecurityModel,
) -> None:
    contact = make_contact(model)
    left = contact.membership.user
    assert left is not None
    notices.published(title="Before")
    contact.delete()
    notices.published(title="After")
    joined = make_contact(model).membership.user
    assert joined is not None
    assert listed(for_user(left)) == ["Before"]
    assert listed(for_user(joined)) == ["After", "Before"]
    with clock.at(clock.now() + 8 * DAY):
        assert listed(for_user(joined)) == []


def test_a_withdrawn_notice_stays_in_the_list_unless_it_had_not_begun(
    model: SecurityModel,
) -> None:
    access, now = notices.publisher(), clock.now()
    for title, starts_at in (("Shown", None), ("To come", now + DAY)):
        one = notices.published(access, title=title, starts_at=starts_at)
        services.withdraw(actor=access, notice_id=one.pk, expected=one.version, reason="x")
    with clock.at(now + 3 * DAY):
        assert listed(officer(model)) == ["Shown"]


def test_a_foreign_notice_does_not_exist(model: SecurityModel) -> None:
    other = make_model(make_account("Anchor"))
    access = notices.publisher()
    one = notices.published(access, accounts=other.reference)
    hidden = notices.draft(access, groups=["everyone"])
    for reader in (officer(model), notices.partner(), Access()):
        for notice in (one, hidden):
            with request_of(reader) as stamp:
                with pytest.raises(NotVisible):
                    selectors.notice_of_reader(reader, notice.pk, stamp)
                with pytest.raises(NotVisible):
                    selectors.notice_for_everyone(notice.pk)
    reader = officer(other)
    with request_of(reader) as stamp:
        assert selectors.notice_of_reader(reader, one.pk, stamp) == one


def test_a_search_finds_words_of_title_and_text(model: SecurityModel) -> None:
    notices.published(title="Café closed", text="Nobody sells coffee.")
    notices.published(title="Other")
    rows = ProgramNotice.objects.all()
    assert [one.title for one in selectors.by_words(rows, "cafe coffee")] == ["Café closed"]


# --- walls ----------------------------------------------------------------------------------------


def test_the_database_itself_hides_notices_of_other_companies(model: SecurityModel) -> None:
    other = make_model(make_account("Anchor"))
    access = notices.publisher()
    both = f"{model.reference}\n{other.reference}"
    notices.published(access, title="For both", accounts=both)
    notices.published(access, title="For Anchor", accounts=other.reference)
    notices.published(access, title="For staff", groups=["staff"])
    notices.draft(access, title="Draft", groups=["everyone"])
    for reader, expected in ((officer(model), 1), (officer(other), 2), (notices.partner(), 0)):
        with request_of(reader):
            found = ProgramNotice.objects.count(), NoticeVersion.objects.count()
            people = set(NoticeReader.objects.values_list("user_id", flat=True))
            accounts = NoticeAccount.objects.values_list("security_model", flat=True)
            own = {model.pk: model, other.pk: other}
            assert {own[pk].started_by for pk in accounts} <= {reader.user}
        assert found == (expected, expected)
        assert people <= {reader.user_id}


def test_a_partner_cannot_write_notices_past_the_application(model: SecurityModel) -> None:
    one = notices.published()
    with request_of(officer(model)):
        assert ProgramNotice.objects.filter(pk=one.pk).update(title="Forged") == 0


# --- who has seen it ------------------------------------------------------------------------------


def test_seen_is_opened_or_dismissed_and_counted_once(model: SecurityModel) -> None:
    reader = officer(model)
    one = notices.published()
    assert for_staff.how_many_saw(one) == 0
    for _ in range(2):
        notice_reading.note_seen(reader, one)
    row = NoticeReader.objects.get(notice=one, user=reader.user)
    assert (row.seen, row.addressed, for_staff.how_many_saw(one)) == (1, True, 1)


def test_who_joined_later_is_listed_but_not_counted_among_those_addressed(
    model: SecurityModel,
) -> None:
    one = notices.published()
    joined = make_contact(model).membership.user
    assert joined is not None
    notice_reading.note_seen(for_user(joined), one)
    row = NoticeReader.objects.get(notice=one, user=joined)
    assert (row.addressed, for_staff.how_many_saw(one)) == (False, 0)


def test_specialists_see_readers_of_their_own_partners_only(model: SecurityModel) -> None:
    other = make_model(make_account("Anchor"))
    access = notices.publisher()
    one = notices.published(access)
    scss = for_user(assign(model))
    assert {row.user for row in for_staff.readers_of(scss, one)} == {model.started_by}
    assert {row.user for row in for_staff.readers_of(access, one)} == {
        model.started_by, other.started_by,
    }  # fmt: skip
    nobody = for_user(UserFactory.create(staff_role="helpdesk"))
    assert not for_staff.readers_of(nobody, one)


# --- sending --------------------------------------------------------------------------------------


def _mails(kind: str) -> list[Outbox]:
    return list(Outbox.objects.filter(kind=kind).order_by("to_address"))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("alert", "document.alert"),
        ("program", "notice.program"),
        ("maintenance", "notice.maintenance"),
        ("criteria", "notice.criteria_changed"),
    ],
)
def test_each_kind_has_its_email_which_says_nothing_of_the_text(
    kind: str, code: str, model: SecurityModel
) -> None:
    text = "Containers with seal 4711 are tampered with."
    one = notices.published(kind=kind, text=text, about_on=clock.today() + 9 * DAY)
    notices.send(one)
    [mail] = _mails(code)
    assert mail.to_address == model.started_by.email
    assert "4711" not in mail.text + mail.html + mail.subject
    assert reverse("messages_app:program-notice", args=[one.pk]) in mail.text


def test_each_person_gets_a_version_once_however_often_it_is_sent(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messages_app.services.notice_sending.STEP", 2)
    for _ in range(4):
        make_contact(model)
    access = notices.publisher()
    one = notices.published(access)
    for _ in range(3):
        notices.send(one)
    assert len(_mails("notice.program")) == 5
    two = correct(access, one)
    for _ in range(2):
        notices.send(two)
    assert len(_mails("notice.program")) == 10
    sending = for_staff.sending_of(two)
    assert sending is not None and (sending.done, sending.people) == (5, 5)


def test_a_killed_process_continues_where_it_stopped(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_sending, "STEP", 2)
    for _ in range(4):
        make_contact(model)
    one = notices.published()
    tell, told = notice_sending._tell, []

    def dies(notice: ProgramNotice, person: Any) -> None:
        told.append(person)
        if len(told) == 4:
            raise SystemExit
        tell(notice, person)

    monkeypatch.setattr(notice_sending, "_tell", dies)
    with pytest.raises(SystemExit):
        notices.send(one)
    assert len(_mails("notice.program")) == 2
    monkeypatch.setattr(notice_sending, "_tell", tell)
    assert notices.send(one) == 0  # the lease of the dead process
    with clock.at(clock.now() + dt.timedelta(minutes=3)):
        notice_sending.sweep_sendings()
    assert len(_mails("notice.program")) == 5


@pytest.fixture
def five(model: SecurityModel, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of an audience of five, written to two at a time; for the second, it fails."""
    monkeypatch.setattr(notice_sending, "STEP", 2)
    for _ in range(4):
        make_contact(model)
    users = [one.membership.user for one in model.contacts.order_by("pk")]
    addresses = [user.email for user in users if user is not None]
    tell = notice_sending._tell

    def fails(notice: ProgramNotice, person: Any) -> None:
        tell(notice, person)
        if person.email == addresses[1]:
            raise ValueError("a zone that is none")

    monkeypatch.setattr(notice_sending, "_tell", fails)
    return addresses


def test_a_person_to_whom_writing_fails_keeps_a_notice_from_nobody_else(
    five: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = notices.published(), notices.published()
    assert notice_sending.sweep_sendings() == notices.send(one) + 8
    reached = sorted([five[0], *five[2:]])
    assert sorted(mail.to_address for mail in _mails("notice.program")) == sorted(2 * reached)
    sending = for_staff.sending_of(one)
    assert sending is not None and (sending.done, sending.ended_at) == (4, None)
    monkeypatch.undo()
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        notice_sending.sweep_sendings()
    assert len(_mails("notice.program")) == 10
    ended = for_staff.sending_of(other)
    assert ended is not None and (ended.done, ended.ended_at is None) == (5, False)


def test_a_sending_ends_after_a_day_without_those_to_whom_writing_fails(five: list[str]) -> None:
    one = notices.published()
    notices.send(one)
    with clock.at(clock.now() + DAY):
        notice_sending.sweep_sendings()
    sending = for_staff.sending_of(one)
    assert sending is not None and (sending.done, sending.ended_at is None) == (4, False)


def test_a_sending_that_fails_delays_no_other(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _good = notices.published(), notices.published()
    tell = notice_sending._tell

    def fails(notice: ProgramNotice, person: Any) -> None:
        if notice.pk == bad.pk:
            raise OperationalError("gone")
        tell(notice, person)

    monkeypatch.setattr(notice_sending, "_tell", fails)
    assert notice_sending.sweep_sendings() == 1


def test_nobody_is_emailed_after_the_end_although_the_workers_stood_still(
    model: SecurityModel,
) -> None:
    one = notices.published(ends_at=clock.now() + DAY)
    with clock.at(clock.now() + DAY):
        notice_sending.sweep_sendings()
    assert not _mails("notice.program")
    sending = for_staff.sending_of(one)
    assert sending is not None and sending.ended_at is not None


def test_a_scheduled_notice_is_sent_when_it_starts(model: SecurityModel) -> None:
    now = clock.now()
    notices.published(starts_at=now + DAY)
    notice_sending.sweep_sendings()
    assert not _mails("notice.program")
    with clock.at(now + DAY):
        notice_sending.sweep_sendings()
    assert len(_mails("notice.program")) == 1


def test_a_correction_overtakes_what_was_not_sent_yet(model: SecurityModel) -> None:
    access = notices.publisher()
    two = correct(access, notices.published(access), title="Office closed on Monday")
    notices.send(two)
    [mail] = _mails("notice.program")
    assert "Monday (corrected)" in mail.subject


def test_who_is_disabled_before_the_sending_gets_nothing(model: SecurityModel) -> None:
    one = notices.published()
    User.objects.filter(pk=model.started_by_id).update(disabled_at=clock.now())
    notices.send(one)
    assert not _mails("notice.program")


# --- pages ----------------------------------------------------------------------------------------


def browser(user: Any) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def test_the_banner_is_on_every_page_and_dismissing_it_leaves_the_page(
    model: SecurityModel,
) -> None:
    one = notices.published(title="<b>Bold</b> & \u202ereversed")
    client = browser(model.started_by)
    home = client.get(reverse("portal:home")).content.decode()
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp;" in home
    dismiss = reverse("messages_app:notice-dismiss", args=[one.pk])
    answer = client.post(dismiss, {"number": "1"}, headers={"hx-request": "true"})
    assert answer.status_code == 200 and b"<html" not in answer.content
    assert b'data-focus="main"' in answer.content, "the keyboard goes on in the page"
    home = client.get(reverse("portal:home")).content.decode()
    assert "Bold" not in home and 'id="main"' in home


@pytest.mark.parametrize("number", ["9" * 5000, "2147483648", "-1", "\u0661", "[]", "", "1.0"])
def test_a_number_that_is_no_version_closes_no_banner(model: SecurityModel, number: str) -> None:
    one = notices.published()
    client = browser(model.started_by)
    dismiss = reverse("messages_app:notice-dismiss", args=[one.pk])
    assert client.post(dismiss, {"number": number}).status_code == 302
    assert b"Office closed" in client.get(reverse("portal:home")).content
    chooser = browser(notices.publisher().user)
    choose = reverse("messages_app:notice-choose", args=[notices.draft().pk])
    assert chooser.post(choose, {"version": number}).status_code == 302


def test_the_text_is_shown_as_paragraphs_with_safe_links(model: SecurityModel) -> None:
    text = "First <script>x</script>\n\nSee https://example.com/a?b=1 or javascript:alert(1)"
    one = notices.published(text=text)
    page = browser(model.started_by).get(reverse("messages_app:program-notice", args=[one.pk]))
    body = page.content.decode()
    assert "&lt;script&gt;" in body
    assert '<a href="https://example.com/a?b=1" rel="nofollow">' in body
    assert 'href="javascript' not in body
    assert NoticeReader.objects.get(notice=one, user=model.started_by).seen == 1


def test_a_reader_sees_what_a_correction_changed_and_why_a_notice_was_withdrawn(
    model: SecurityModel,
) -> None:
    access = notices.publisher()
    one = notices.published(access)
    address = reverse("messages_app:program-notice", args=[one.pk])
    client = browser(model.started_by)
    client.get(address)
    two = correct(access, one)
    page = client.get(address).content.decode()
    assert "The day was wrong." in page and "<ins" in page
    services.withdraw(
        actor=access, notice_id=one.pk, expected=two.version, reason="It is open after all."
    )
    assert "It is open after all." in client.get(address).content.decode()


def test_people_who_are_not_signed_in_read_a_notice_for_everyone_only(
    model: SecurityModel,
) -> None:
    one, two = notices.published(groups=["everyone"]), notices.published()
    client = Client(SERVER_NAME="localhost")
    assert one.title in client.get(reverse("portal:landing")).content.decode()
    address = "messages_app:public-notice"
    assert client.get(reverse(address, args=[one.pk])).status_code == 200
    assert client.get(reverse(address, args=[two.pk])).status_code == 404


def test_the_list_of_a_reader_needs_the_same_statements_for_any_number(
    model: SecurityModel,
) -> None:
    client, counts = browser(model.started_by), []
    for _ in range(2):
        notices.published()
        client.get(reverse("portal:home"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("messages_app:program-notices"))
        counts.append(len(counted(list(captured.captured_queries))))
        for _more in range(4):
            notices.published()
    assert counts[0] == counts[1]
