"""A7: the first request removes the secret of every emailed link from the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from core import clock
from core.access import Access, enter_roots, for_user
from core.crypto import secret_hash
from core.ids import new_id, new_secret
from identity import services
from identity.credentials import mailed_links
from identity.models import KeptPost, MailedLink, Session, User
from identity.services.mailed_links import mail_link
from identity.states import LinkPurpose
from notifications.models import Notification, Outbox
from notifications.services import delivery
from tests.factories.people import UserFactory
from tests.factories.trade import make_account
from tests.identity.road import look, opened, press, set_questions
from tests.log_watch import Watch
from trade_accounts import services as account_services
from trade_accounts.models import Invitation

pytestmark = pytest.mark.django_db

LINK = re.compile(r"https?://[^/\s]+(/[\w/-]*/[\w-]{43})\b")


def _newest_link() -> str:
    """The path of the link in the newest email that has one."""
    mails = Outbox.objects.order_by("-created_at", "-id").values_list("text", flat=True)
    return next(found[1] for text in mails if (found := LINK.search(text)))


def _registration(email: str) -> None:
    services.ask_for_link(actor=Access(), email=email)


def _invitation(email: str) -> None:
    account = make_account()
    access = enter_roots(for_user(account.created_by), {"trade_id": account.pk})
    person = {"salutation": "ms", "first_name": "Ines", "last_name": "C", "title": "", "phone": ""}
    account_services.invite(actor=access, form_key=new_id(), email=email, type="user", **person)


def _recovery(email: str) -> None:
    user = UserFactory.create(email=email)
    set_questions(user)
    services.send_reset_link(actor=Access(), user=user)


def _email_change(email: str) -> None:
    user = UserFactory.create()
    services.ask_for_email_change(actor=for_user(user), email=email)


def _email_undo(email: str) -> None:
    user = UserFactory.create(email=email)
    services.ask_for_email_change(actor=for_user(user), email=f"new-{email}")
    link = MailedLink.objects.get(user=user, purpose=LinkPurpose.EMAIL_CHANGE)
    services.confirm_email_change(actor=for_user(user), token_hash=link.token_hash)


MAKERS: dict[str, Callable[[str], None]] = {
    LinkPurpose.REGISTRATION: _registration,
    LinkPurpose.PASSWORD_RESET: _recovery,
    LinkPurpose.EMAIL_CHANGE: _email_change,
    LinkPurpose.EMAIL_UNDO: _email_undo,
    "invitation": _invitation,
}
each_purpose = pytest.mark.parametrize("purpose", list(MAKERS))


def mailed(purpose: str, email: str = "rosa@example.com") -> str:
    """The path of a link of that purpose, as emailed."""
    MAKERS[purpose](email)
    path = _newest_link()
    assert path == mailed_links.purpose_of(purpose).path_with(path.rpartition("/")[2])
    return path


def states() -> list[Any]:
    """The state of every link."""
    return [
        *MailedLink.objects.order_by("pk").values_list("used_at", "ended_at", "wrong_tries"),
        *Invitation.objects.order_by("pk").values_list("used_at", "ended_at"),
    ]


def test_every_purpose_is_walked_here() -> None:
    assert {one.code for one in mailed_links.purposes()} == set(MAKERS)


@each_purpose
def test_a7_the_first_request_moves_the_secret_out_of_the_address(
    client: Client, purpose: str
) -> None:
    path = mailed(purpose)
    secret, before = path.rpartition("/")[2], states()
    answer = client.get(path)
    assert answer.status_code == 302 and secret not in answer["Location"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    page = client.get(answer["Location"])
    assert page.status_code == 200 and secret not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin", "the form must still say where it comes from"
    assert states() == before, "opening uses nothing up"


@each_purpose
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "options"])
def test_a7_scanners_use_nothing_up_and_leave_no_line_with_the_secret(
    purpose: str, method: str, watched_logs: Watch
) -> None:
    path, before = mailed(purpose), states()
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert getattr(strict, method)(path).status_code == 302
    assert states() == before
    assert not watched_logs.handed_over


@each_purpose
def test_a7_the_secret_is_kept_nowhere_but_in_the_mail_that_waits(
    client: Client, purpose: str
) -> None:
    path = mailed(purpose)
    secret = path.rpartition("/")[2]
    client.get(path)
    client.get(f"/account/?next={path}")
    kept = [*Session.objects.values_list("session_data", flat=True)]
    assert kept
    for session in Session.objects.all():
        assert secret not in str(session.get_decoded())
    for rows in (Event, Notification, KeptPost, MailedLink, Invitation, User):
        assert all(secret not in str(vars(row)) for row in rows.objects.all())
    for mail in Outbox.objects.filter(text__contains=secret):
        delivery.deliver(mail.pk)
    assert not Outbox.objects.filter(text__contains=secret).exists()
    assert not Outbox.objects.filter(html__contains=secret).exists()


@each_purpose
def test_a7_a_browser_that_keeps_no_cookies_reads_what_to_do(purpose: str) -> None:
    place = Client().get(mailed(purpose))["Location"]
    page = Client().get(place)
    assert page.status_code == 410
    words = page.content.decode()
    assert "select the link again" in words or "Ask for a new link" in words


@each_purpose
def test_a7_the_link_works_in_a_second_browser_too(purpose: str) -> None:
    path = mailed(purpose)
    assert look(Client(), path).status_code == 200
    assert look(Client(), path).status_code == 200


@each_purpose
def test_a7_a_link_opened_while_somebody_else_is_signed_in_leaves_that_person_alone(
    client: Client, purpose: str
) -> None:
    client.force_login(UserFactory.create())
    assert look(client, mailed(purpose)).status_code == 200
    assert client.get("/account/").status_code == 200


@each_purpose
def test_a7_two_opened_links_are_kept_apart(client: Client, purpose: str) -> None:
    first, second = mailed(purpose, "a@example.com"), mailed(purpose, "b@example.com")
    places = [opened(client, first), opened(client, second)]
    if purpose == LinkPurpose.PASSWORD_RESET:
        pages = [look(client, path).content.decode() for path in (first, second)]
        named = [re.findall(r'name="link" value="([\w-]+)"', page)[0] for page in pages]
        links = [MailedLink.objects.get(pk=pk) for pk in named]
        assert [link.email for link in links] == ["a@example.com", "b@example.com"]
        client.post("/recover/prove", {"link": named[0]})
        tries = [MailedLink.objects.get(pk=pk).wrong_tries for pk in named]
        assert tries == [0, 0], "nothing was typed"
        page = client.get("/recover/prove").content.decode()
        assert f'value="{named[0]}"' in page, "the page that was used last"
        return
    for place, email in zip(places, ("a@example.com", "b@example.com"), strict=True):
        assert email in client.get(place).content.decode()


def test_a7_a_planted_session_does_not_get_hold_of_the_link(client: Client) -> None:
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    client.get(mailed(LinkPurpose.EMAIL_CHANGE))
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_a7_what_a_mail_program_adds_behind_a_link_is_cut_off(client: Client) -> None:
    path = mailed(LinkPurpose.REGISTRATION)
    for added in ("/", ".", ">", "),", "/?x=1"):
        assert look(client, path + added).status_code == 200


def test_a7_the_other_links_stay_at_hand_when_a_registration_begins(client: Client) -> None:
    invitation = opened(client, mailed("invitation"))
    assert press(client, mailed(LinkPurpose.REGISTRATION)).status_code == 302
    assert client.get(invitation).status_code == 200


def test_a7_a_browser_holds_a_bounded_number_of_links(client: Client) -> None:
    for number in range(mailed_links.MOST + 3):
        MailedLink.objects.create(
            purpose=LinkPurpose.EMAIL_UNDO,
            email=f"x{number}@example.com",
            token_hash=secret_hash(secret := new_secret()),
            sent_at=clock.now(),
            expires_at=clock.now(),
        )
        client.get(f"/email/undo/{secret}")
    assert len(client.session[mailed_links.OPENED]) == mailed_links.MOST


def test_a7_a_mail_with_a_link_must_be_declared_as_secret() -> None:
    with pytest.raises(LookupError):
        mail_link(
            LinkPurpose.REGISTRATION,
            MailedLink(),
            code="user.welcome",
            to=None,  # type: ignore[arg-type]
            scope=None,  # type: ignore[arg-type]
        )


@each_purpose
def test_a7_an_unknown_link_is_not_answered_with_another_that_was_opened(
    client: Client, purpose: str
) -> None:
    client.get(mailed(purpose))
    unknown = mailed_links.purpose_of(purpose).path_with(new_secret())
    assert client.get(unknown, follow=True).status_code in {404, 410}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["//register/confirm/{}", "/recover//link/{}", "//invitations/{}"]
)
def test_a_doubled_slash_leads_to_the_page_that_takes_the_secret_out(
    client: Client, address: str
) -> None:
    path = address.format("s3cret-" * 6)
    answer = client.get("/", PATH_INFO=path, QUERY_STRING="utm=1")
    assert answer.status_code == 307 and answer.content == b""
    assert answer["Location"] == path.replace("//", "/") + "?utm=1"
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example", "//evil.example//x"])
def test_a_doubled_slash_leads_to_no_other_host(client: Client, path: str) -> None:
    location = client.get("/", PATH_INFO=path)["Location"]
    assert location.startswith("/evil.example") and "//" not in location
