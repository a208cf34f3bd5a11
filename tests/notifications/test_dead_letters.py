"""Emails that were given up: who sees them, and how they are sent again."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from audit.services import PROGRAM
from core.access import for_user, system
from core.errors import NotAllowed
from core.ids import new_id
from identity.models import User
from notifications.models import Outbox, OutboxState
from notifications.providers.kinds import Recipient
from notifications.services.dead_letters import TriedAgain, try_again
from notifications.services.delivery import Delivery, deliver
from notifications.services.sending import notify
from tests.factories.people import UserFactory
from tests.notifications.conftest import PostOffice

pytestmark = pytest.mark.django_db
SYSTEM = system("test")


def given_up(
    address: str = "ana@example.com",
    code: str = "user.welcome",
    error: str = "550 5.7.1 listed",
    state: str = OutboxState.DEAD,
) -> Outbox:
    """An email that was not sent."""
    (mail,) = notify(code, scope=PROGRAM, to=[Recipient(address, "Ana")], url="/there")
    Outbox.objects.filter(pk=mail.pk).update(state=state, attempts=8, last_error=error)
    mail.refresh_from_db()
    return mail


def staff(role: str = "helpdesk") -> User:
    """A member of staff."""
    user: User = UserFactory.create(staff_role=role)
    return user


def test_r12_an_email_that_was_given_up_is_sent_again_with_the_same_message_id(
    post: PostOffice,
) -> None:
    mail, person = given_up(), staff()
    assert try_again(actor=for_user(person), mail_ids=[mail.pk]) == TriedAgain(1, 0)
    assert deliver(mail.pk) is Delivery.SENT
    assert post.only()["Message-ID"] == f"<{mail.pk}@localhost>"
    event = Event.objects.get(kind="notifications.sent_again")
    assert (event.actor_id, event.data["count"]) == (person.pk, 1)


def test_r12_pressed_twice_it_is_sent_once() -> None:
    mail = given_up()
    assert try_again(actor=SYSTEM, mail_ids=[mail.pk]) == TriedAgain(1, 0)
    assert try_again(actor=SYSTEM, mail_ids=[mail.pk]) == TriedAgain(0, 1)
    assert Event.objects.filter(kind="notifications.sent_again").count() == 1


def test_r12_what_is_sent_stopped_or_without_text_or_address_is_not_sent_again() -> None:
    sent = given_up(state=OutboxState.SENT)
    stopped = given_up(state=OutboxState.STOPPED)
    secret, forgotten = given_up(), given_up()
    Outbox.objects.filter(pk=secret.pk).update(text="", html="")
    Outbox.objects.filter(pk=forgotten.pk).update(to_address="")
    ids = [one.pk for one in (sent, stopped, secret, forgotten)]
    before = list(Outbox.objects.order_by("pk").values())
    assert try_again(actor=SYSTEM, mail_ids=[*ids, new_id()]) == TriedAgain(0, 5)
    assert list(Outbox.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("role", ["", "scss"])
def test_r5_only_operators_of_the_program_send_again(role: str) -> None:
    mail = given_up()
    with pytest.raises(NotAllowed):
        try_again(actor=for_user(staff(role)), mail_ids=[mail.pk])


def test_m_the_list_names_kind_address_and_error_and_nothing_of_the_email(client: Client) -> None:
    mail = given_up()
    given_up("ben@example.com", error="", state=OutboxState.STOPPED)
    client.force_login(staff("program_admin"))
    page = client.get(reverse("identity:unsent")).content.decode()
    assert "A person has registered" in page and "a•••@example.com" in page
    assert "550 5.7.1 listed" in page and "Emails to this address come back." in page
    assert "ana@example.com" not in page
    assert mail.subject not in page and "Dear Ana" not in page
    sheet = client.get(reverse("identity:unsent"), {"export": "csv"}).content.decode()
    assert "a•••@example.com" in sheet and mail.subject not in sheet


def test_m_all_that_the_filter_shows_are_sent_again_and_no_others(client: Client) -> None:
    shown, other = given_up(error="421 busy"), given_up(error="550 5.7.1 listed")
    client.force_login(staff())
    answer = client.post(
        reverse("identity:send-again"), {"every": "1", "query": "q=busy"}, follow=True
    )
    assert "1 email waits to be sent again." in answer.content.decode()
    assert answer.request["QUERY_STRING"] == "q=busy"
    states = dict(Outbox.objects.values_list("pk", "state"))
    assert (states[shown.pk], states[other.pk]) == (OutboxState.PENDING, OutboxState.DEAD)


def test_m_a_long_filter_sends_no_more_again_than_it_shows(client: Client) -> None:
    given_up(error="550 5.7.1 listed")
    client.force_login(staff())
    for query in ("size=100&" * 200 + "q=busy", "gone=1"):
        client.post(reverse("identity:send-again"), {"every": "1", "query": query})
    assert set(Outbox.objects.values_list("state", flat=True)) == {OutboxState.DEAD}


@pytest.mark.parametrize("given", [{}, {"mail": "x"}, {"mail": str(uuid.UUID(int=0))}])
def test_m_a_foreign_or_broken_id_sends_nothing(client: Client, given: dict[str, str]) -> None:
    mail = given_up()
    client.force_login(staff())
    answer = client.post(reverse("identity:send-again"), given, follow=True)
    assert "Nothing was sent again" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.state == OutboxState.DEAD


def test_m_the_list_takes_the_same_statements_for_any_number_of_rows(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(staff())
    path = reverse("identity:unsent")
    given_up()
    client.get(path)

    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(20):
        given_up(f"p{number}@example.com")
    with django_assert_num_queries(len(few)):
        client.get(path)


def test_m_the_command_lists_and_sends_again(capsys: Any) -> None:
    first, second = given_up(), given_up("ben@example.com")
    Outbox.objects.filter(pk=second.pk).update(text="")
    call_command("dead_mail")
    out = capsys.readouterr().out
    assert "a•••@example.com  550 5.7.1 listed\n" in out and "2 were not sent." in out
    assert "(can't be sent again)" in out and "ana@" not in out
    with pytest.raises(CommandError, match="1 can't be sent again"):
        call_command("dead_mail", "--retry", str(second.pk))
    call_command("dead_mail", "--all")
    first.refresh_from_db()
    assert first.state == OutboxState.PENDING
    with pytest.raises(CommandError):
        call_command("dead_mail", "--retry", "x")
