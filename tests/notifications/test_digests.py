"""The daily digest: at 8:00 of its reader, once, by account, without anything that was read."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from lxml import html  # type: ignore[import-untyped]

from audit.models import Event
from audit.selectors import newest_sweep
from audit.services import PROGRAM, person_scope
from core import clock
from core.access import for_user
from identity import services
from identity.credentials.unsubscribing import person_of, token_for
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services.digests import sweep_digests
from notifications.models import Choice, Notification, Outbox
from notifications.providers import kinds
from notifications.providers.kinds import DAILY_DIGEST, Kind
from notifications.selectors import EVERY_DIGEST, choices_of
from notifications.services.delivery import deliver
from notifications.services.digests import NAMED, Addresses, write_digest
from notifications.services.reading import mark
from notifications.services.sending import forget_address, notify
from notifications.states import Way
from notifications.templatetags.letters import letter_part
from tests.factories.people import UserFactory
from tests.notifications.conftest import PostOffice
from tests.statements import at_most

GATHERED = "account.one_user_left"
NOON = dt.datetime(2026, 7, 1, 16, tzinfo=dt.UTC)  # noon in New York


def person(zone: str = "America/New_York", **more: Any) -> User:
    """Someone in a time zone."""
    made: User = UserFactory.create(time_zone=zone, **more)
    return made


def tell(user: User, account: str = "Thistlewick", code: str = GATHERED, **more: Any) -> None:
    """A notice that waits for the digest."""
    notify(code, scope=PROGRAM, to=[recipient(user)], account=account, url="/there", **more)


def digests(user: User) -> list[Outbox]:
    """The digests that a person got, in order."""
    own = Outbox.objects.filter(kind=DAILY_DIGEST, scope_id=user.pk)
    return list(own.order_by("created_at"))


def swept(at: dt.datetime) -> int:
    """A run of the sweep at an instant."""
    with clock.at(at):
        return sweep_digests()


def local(day: str, time: str, zone: str) -> dt.datetime:
    """An instant by the clocks of a zone."""
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone))


# --- when ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", "2026-07-02"),
        ("Asia/Tokyo", "2026-07-02"),
        ("Asia/Kolkata", "2026-07-02"),  # half an hour beside the full one
        ("Asia/Kathmandu", "2026-07-02"),  # three quarters
        ("Pacific/Kiritimati", "2026-07-03"),
        ("America/New_York", "2026-11-01"),  # the night in which an hour comes twice
        ("America/New_York", "2027-03-14"),  # the night in which one is missing
        ("Mars/Olympus", "2026-07-02"),  # unknown: the program's zone
    ],
)
def test_m_a_digest_comes_at_eight_of_its_readers_clock(zone: str, day: str) -> None:
    user = person(zone)
    known = zone if "Mars" not in zone else "America/New_York"
    with clock.at(local(day, "07:00", known) - dt.timedelta(hours=5)):
        tell(user)
    assert swept(local(day, "07:59", known)) == 0 and not digests(user)
    assert swept(local(day, "08:00", known)) == 1
    assert len(digests(user)) == 1


def test_the_last_eight_is_never_ahead_also_where_a_day_was_left_out() -> None:
    # Samoa went from Dec 29 to Dec 31, 2011.
    with clock.at(local("2011-12-31", "03:00", "Pacific/Apia")):
        found = clock.last_time_of_day(dt.time(8), "Pacific/Apia")
        assert found <= clock.now() < found + dt.timedelta(hours=24)


@pytest.mark.django_db
def test_two_zones_get_theirs_at_two_times() -> None:
    early, late = person("Asia/Tokyo"), person("America/Los_Angeles")
    with clock.at(NOON):
        tell(early)
        tell(late)
    assert swept(local("2026-07-02", "08:00", "Asia/Tokyo")) == 1
    assert digests(early) and not digests(late)
    assert swept(local("2026-07-02", "08:00", "America/Los_Angeles")) == 1
    assert len(digests(early)) == len(digests(late)) == 1


@pytest.mark.django_db
def test_what_comes_after_eight_waits_for_the_next_day() -> None:
    user = person()
    with clock.at(NOON):
        tell(user)
    morning = local("2026-07-02", "08:00", "America/New_York")
    with clock.at(morning + dt.timedelta(seconds=1)):
        tell(user, "Halfmoon")
    assert swept(morning + dt.timedelta(minutes=5)) == 1
    assert "Halfmoon" not in digests(user)[0].text
    assert swept(morning + dt.timedelta(hours=23)) == 0
    assert swept(morning + dt.timedelta(hours=24)) == 1
    assert "Halfmoon" in digests(user)[1].text and "Thistlewick" not in digests(user)[1].text


@pytest.mark.django_db
def test_a_missed_run_is_caught_up_with_one_digest() -> None:
    user = person()
    for days in range(3):
        with clock.at(NOON + dt.timedelta(days=days)):
            tell(user, f"Company {days}")
    assert swept(NOON + dt.timedelta(days=4)) == 1
    assert all(f"Company {days}" in digests(user)[0].text for days in range(3))


@pytest.mark.django_db
def test_however_often_the_sweep_runs_there_is_one_digest_a_day() -> None:
    user = person("Asia/Tokyo")
    with clock.at(NOON):
        tell(user)
    morning = local("2026-07-02", "08:00", "Asia/Tokyo")
    assert [swept(morning + dt.timedelta(minutes=5 * n)) for n in range(3)] == [1, 0, 0]
    with clock.at(morning + dt.timedelta(minutes=30)):
        tell(user, "Halfmoon")
    # The reader flies to New York, where the same morning comes once more.
    User.objects.filter(pk=user.pk).update(time_zone="America/New_York")
    assert swept(local("2026-07-02", "09:00", "America/New_York")) == 0
    assert swept(local("2026-07-03", "08:00", "America/New_York")) == 1
    assert "Halfmoon" in digests(user)[1].text
    done = newest_sweep("digests")
    assert done is not None and done.done["sent"] == 1


@pytest.mark.django_db
def test_a_run_that_was_killed_before_it_committed_has_done_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = person()
    with clock.at(NOON):
        tell(user)

    class Killed(BaseException):
        """The worker is gone."""

    def killed(*_args: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("notifications.services.digests.clock.now", killed, raising=True)
        with pytest.raises(Killed):
            write_digest(
                to=recipient(user),
                until=NOON + dt.timedelta(days=1),
                addresses=Addresses("/a", lambda one: f"/{one}", "/stop"),
            )
    assert not digests(user)
    assert swept(NOON + dt.timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_digest() -> None:
    user = person()
    with clock.at(NOON):
        tell(user)
    results: list[int] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait()
        results.append(swept(NOON + dt.timedelta(days=1)))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(results) == [0, 1]
    assert len(digests(user)) == 1


# --- what ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_digest_names_by_account_the_subjects_with_links_and_no_content() -> None:
    user = person()
    with clock.at(NOON):
        tell(user, "Thistlewick")
        tell(user, "Halfmoon")
        tell(user, "Thistlewick")
    swept(NOON + dt.timedelta(days=1))
    (mail,) = digests(user)
    assert mail.subject == "2 accounts: 3 notices in your daily digest"
    assert mail.to_address == user.email and mail.state == "pending"
    halfmoon, thistlewick = mail.text.index("Halfmoon\n- "), mail.text.index("Thistlewick\n- ")
    assert halfmoon < thistlewick
    for notice in Notification.objects.filter(user_id=user.pk):
        assert mail.text.count(f"http://localhost:8000/account/notices/{notice.pk}") == 1
        assert notice.body[:60] not in mail.text
        assert notice.digested_at is not None and notice.read_at is None
    assert "Thistlewick\n- Thistlewick has only one user" in mail.text
    assert not Notification.objects.filter(user_id=user.pk, kind=DAILY_DIGEST).exists()


@pytest.mark.django_db
def test_the_html_of_a_digest_is_a_list_of_links_under_each_account() -> None:
    user = person()
    with clock.at(NOON):
        tell(user, "Thistlewick & Sons")
        tell(user, "Halfmoon")
    swept(NOON + dt.timedelta(days=1))
    (mail,) = digests(user)
    tree = html.document_fromstring(mail.html)
    assert [one.text_content() for one in tree.xpath("//h2")] == ["Halfmoon", "Thistlewick & Sons"]
    links = tree.xpath("//ul/li/a")
    assert [one.text_content() for one in links] == [
        "Halfmoon has only one user", "Thistlewick & Sons has only one user",
    ]  # fmt: skip
    ids = Notification.objects.values_list("pk", flat=True)
    own = {f"http://localhost:8000/account/notices/{pk}" for pk in ids}
    assert {one.get("href") for one in links} == own
    assert "http" not in tree.text_content().partition("copy this address")[0]


@pytest.mark.parametrize(
    "typed",
    ["Look\n- here\n  https://evil.example/", "Look:\nhttps://evil.example/",
     "Look\n- here\n  http://localhost:8000.evil.example/", "<b>x</b>\n- y\n  javascript:x",
     "Look:\nhttp://localhost:8000/a https://evil.example/"],
)  # fmt: skip
def test_an_address_that_someone_typed_is_never_behind_words(typed: str) -> None:
    said = letter_part(typed)
    assert said.startswith("<p>") and "<b>" not in said
    for link in html.fragment_fromstring(said).xpath(".//a"):
        assert link.get("href") == link.text_content()


@pytest.mark.django_db
def test_a_digest_about_one_account_begins_with_its_name() -> None:
    user = person()
    with clock.at(NOON):
        tell(user, "شركة الشحن")
    swept(NOON + dt.timedelta(days=1))
    assert "شركة الشحن" in digests(user)[0].subject
    assert "1 notice in your daily digest" in digests(user)[0].subject
    assert digests(user)[0].text.count("شركة الشحن") == 2  # the head of the group, and the subject


@pytest.mark.django_db
def test_what_was_read_in_the_portal_is_left_out_and_without_the_rest_there_is_no_digest() -> None:
    user, other = person(), person()
    with clock.at(NOON):
        for one in (user, other):
            tell(one, "Thistlewick")
        tell(other, "Halfmoon")
        read = Notification.objects.filter(account="Thistlewick")
        assert mark(actor=for_user(user), rows=read, read=True) == 1
        assert mark(actor=for_user(other), rows=read, read=True) == 1
    assert swept(NOON + dt.timedelta(days=1)) == 1
    assert not digests(user)
    assert "Halfmoon" in digests(other)[0].text and "Thistlewick" not in digests(other)[0].text
    # Marked as unread again, it is no longer news.
    mark(actor=for_user(user), rows=read, read=False)
    assert swept(NOON + dt.timedelta(days=2)) == 0


@pytest.mark.django_db
def test_who_is_disabled_or_gone_gets_no_digest_and_what_waited_waits_no_longer() -> None:
    disabled, gone, back = person(), person(), person()
    with clock.at(NOON):
        for one in (disabled, gone, back):
            tell(one)
    User.objects.filter(pk=disabled.pk).update(disabled_at=NOON)
    Notification.objects.filter(user_id=gone.pk).update(user_id=PROGRAM_ID)
    assert swept(NOON + dt.timedelta(days=1)) == 1
    assert digests(back) and not digests(disabled)
    User.objects.filter(pk=disabled.pk).update(disabled_at=None)
    assert swept(NOON + dt.timedelta(days=2)) == 0


#: The id of nobody.
PROGRAM_ID = "00000000-0000-4000-8000-000000000000"


@pytest.mark.django_db
def test_a_digest_goes_to_the_address_of_the_morning_and_follows_it_until_it_is_sent() -> None:
    user = person()
    with clock.at(NOON):
        tell(user)
    User.objects.filter(pk=user.pk).update(email="new@example.com")
    swept(NOON + dt.timedelta(days=1))
    assert digests(user)[0].to_address == "new@example.com"
    forget_address("new@example.com", "newer@example.com")
    assert digests(user)[0].to_address == "newer@example.com"


@pytest.mark.django_db
def test_a_long_digest_names_the_first_and_counts_the_others() -> None:
    user = person()
    with clock.at(NOON):
        for number in range(NAMED + 7):
            tell(user, f"Company {number:02}")
    swept(NOON + dt.timedelta(days=1))
    (mail,) = digests(user)
    assert mail.text.count("/account/notices/") == NAMED
    assert "7 more notices" in mail.text
    assert not Notification.objects.filter(digested_at=None).exists()


@pytest.mark.django_db
def test_people_whose_digest_is_not_due_cost_no_statements() -> None:
    with clock.at(NOON):
        for _ in range(4):
            tell(person("Asia/Tokyo"))
        with at_most(9):  # who waits, the people, and the note of the run
            assert sweep_digests() == 0


# --- one click ----------------------------------------------------------------------------------


def _stop(user: User) -> str:
    return f"/email/digest/{token_for(user.pk)}"


@pytest.mark.django_db
def test_a_digest_carries_the_headers_of_one_click_and_no_other_mail_does(
    post: PostOffice,
) -> None:
    user = person()
    with clock.at(NOON):
        tell(user)
        notify("user.password_changed", scope=PROGRAM, to=[recipient(user)], at=NOON, ip="")
    swept(NOON + dt.timedelta(days=1))
    (mail,) = digests(user)
    assert mail.unsubscribe_url == f"http://localhost:8000{_stop(user)}"
    with transaction.atomic():
        deliver(mail.pk)
    got = post.only()
    assert got["List-Unsubscribe"].strip() == f"<{mail.unsubscribe_url}>"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    deliver(Outbox.objects.get(kind="user.password_changed").pk)
    assert post.arrived[-1]["List-Unsubscribe"] is None


@pytest.mark.django_db
def test_opening_the_link_changes_nothing_and_one_click_without_a_session_ends_digests() -> None:
    user = person()
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):  # scanners open links
        page = mail_program.get(_stop(user))
        assert page.status_code == 200 and "End the daily digest" in page.content.decode()
        assert mail_program.head(_stop(user)).status_code == 200
    assert choices_of(user.pk) == {}
    answer = mail_program.post(_stop(user), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "We no longer send you a daily digest." in answer.content.decode()
    assert choices_of(user.pk) == {EVERY_DIGEST: Way.ONLY_HERE}
    assert mail_program.post(_stop(user), {"List-Unsubscribe": "One-Click"}).status_code == 200
    event = Event.objects.get(scope_id=user.pk, kind="identity.digests_ended")
    assert event.actor_id == user.pk and event.at is not None
    with clock.at(NOON):
        tell(user)
    assert Outbox.objects.get(kind=GATHERED).state == "only_here"
    assert swept(NOON + dt.timedelta(days=1)) == 0


@pytest.mark.django_db
def test_digests_are_resumed_under_the_same_link_with_the_choices_of_before() -> None:
    user = person()
    Choice.objects.create(user_id=user.pk, kind="application.started", way=Way.DIGEST)
    browser = Client(enforce_csrf_checks=True)
    browser.post(_stop(user), {"end": "1"})
    answer = browser.post(_stop(user), {"resume": "1"})
    assert "We send you the daily digest again." in answer.content.decode()
    assert choices_of(user.pk) == {"application.started": Way.DIGEST}
    assert Event.objects.filter(scope_id=user.pk, kind="identity.digests_resumed").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["", "x", "{hex}", "{hex}:", "{hex}:x", "{other}:{signature}"])
def test_a_link_that_was_not_signed_is_unknown(wrong: str) -> None:
    user, other = person(), person()
    signature = token_for(user.pk).partition(":")[2]
    token = wrong.format(hex=user.pk.hex, other=other.pk.hex, signature=signature)
    browser = Client()
    assert browser.get(f"/email/digest/{token}").status_code == 404
    assert browser.post(f"/email/digest/{token}", {"end": "1"}).status_code == 404
    assert choices_of(user.pk) == choices_of(other.pk) == {}
    assert person_of(token_for(user.pk)) == user.pk


@pytest.mark.django_db
def test_ending_digests_stops_what_waits_and_what_is_not_sent_yet() -> None:
    user = person()
    with clock.at(NOON):
        tell(user, "Thistlewick")
    swept(NOON + dt.timedelta(days=1))
    tell(user, "Halfmoon")
    services.end_digests(actor=for_user(user))
    (mail,) = digests(user)
    assert (mail.state, mail.text, mail.unsubscribe_url) == ("only_here", "", "")
    assert Notification.objects.get(account="Halfmoon").way == Way.ONLY_HERE
    assert services.resume_digests(actor=for_user(user)) is True
    assert sweep_digests() == 0


# --- a mandatory kind that is gathered ----------------------------------------------------------

BOUNCED = Kind("user.questions_changed", "An event", "A subject", ("user",), True, gathered=True)


@pytest.fixture
def bounced(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A kind that is mandatory and gathered, as that of emails that come back."""
    every = {**kinds._kinds(), BOUNCED.code: BOUNCED}
    monkeypatch.setattr(kinds, "_kinds", lambda: every)
    return BOUNCED


@pytest.mark.parametrize(
    ("mandatory", "gathered", "chosen", "without", "way"),
    [
        (True, False, "", False, Way.AT_ONCE),
        (True, False, "digest", False, Way.AT_ONCE),
        (True, False, "only_here", True, Way.AT_ONCE),
        (True, True, "", False, Way.DIGEST),
        (True, True, "at_once", False, Way.AT_ONCE),
        (True, True, "only_here", False, Way.DIGEST),
        (True, True, "", True, Way.AT_ONCE),
        (False, False, "", False, Way.AT_ONCE),
        (False, False, "digest", False, Way.DIGEST),
        (False, False, "digest", True, Way.ONLY_HERE),
        (False, False, "at_once", True, Way.AT_ONCE),
        (False, False, "only_here", False, Way.ONLY_HERE),
        (False, True, "", False, Way.DIGEST),
        (False, True, "", True, Way.ONLY_HERE),
        (False, True, "nonsense", False, Way.DIGEST),
    ],
)
def test_how_a_kind_comes_by_what_it_is_and_what_was_chosen(
    mandatory: bool, gathered: bool, chosen: str, without: bool, way: Way
) -> None:
    one = Kind("a.b", "", "", ("user",), mandatory, gathered=gathered)
    assert one.way_for(chosen, without_digests=without) is way


@pytest.mark.django_db
def test_what_is_mandatory_and_gathered_is_sent_by_itself_once_digests_have_ended(
    bounced: Kind,
) -> None:
    user = person()
    about: dict[str, Any] = {"at": NOON, "ip": ""}
    notify(bounced.code, scope=PROGRAM, to=[recipient(user)], **about)
    notify(bounced.code, scope=person_scope(user.pk), to=[recipient(user)], **about)
    read = Notification.objects.filter(user_id=user.pk).first()
    assert read is not None and read.way == Way.DIGEST
    mark(actor=for_user(user), rows=Notification.objects.filter(pk=read.pk), read=True)
    services.end_digests(actor=for_user(user))
    sent = Outbox.objects.filter(kind=bounced.code, state="pending")
    assert [one.subject for one in sent] == ["A subject"] and sent[0].text
    notify(bounced.code, scope=PROGRAM, to=[recipient(user)], **about)
    assert Outbox.objects.filter(kind=bounced.code, state="pending").count() == 2
