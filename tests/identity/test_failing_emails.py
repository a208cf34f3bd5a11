"""Emails to a person come back: who learns of it, and how it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.services import PROGRAM
from core import clock
from core.access import for_user
from core.errors import Refused
from identity import services
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services.email_change import _move
from identity.services.returned_mail import HOUR
from notifications.models import FailingAddress, Notification, Outbox
from notifications.providers.kinds import Recipient
from notifications.services.delivery import Delivery, deliver
from notifications.services.incoming_mail import receive
from notifications.services.returned_mail import sweep_arrived
from notifications.services.sending import notify
from portal.navigation import Navigation
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from tests.notifications.incoming import bounce, complaint, sent
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db
BANNER = "Emails to you have been coming back since"


def mail_to(user: User) -> Outbox:
    """An email that was handed over."""
    (mail,) = notify("user.welcome", scope=PROGRAM, to=[recipient(user)], url="/home")
    return sent(mail)


def come_back(user: User, times: int = 1) -> None:
    """Emails to a person bounce."""
    for _number in range(times):
        receive(bounce(mail_to(user)))


def told() -> dict[str, list[str]]:
    """Who was told of emails that come back: the subjects by address."""
    found: dict[str, list[str]] = {}
    for mail in Outbox.objects.filter(kind="user.mail_bounced").order_by("created_at"):
        found.setdefault(mail.to_address, []).append(mail.subject)
    return found


def test_m_the_person_sees_it_on_every_page_and_why_on_the_page_of_the_address(
    client: Client,
) -> None:
    user, other = UserFactory.create(), UserFactory.create()
    come_back(user)
    client.force_login(user)
    for path in ("/account/", "/home"):
        assert BANNER in client.get(path).content.decode(), path
    page = client.get("/account/email").content.decode()
    assert "this mailbox does not exist or is closed" in page and "No such user here" in page
    client.force_login(other)
    assert BANNER not in client.get("/account/").content.decode()


def test_m_the_banner_costs_no_query() -> None:
    user = UserFactory.create(emails_fail_since=clock.now())
    request: Any = Client().get("/sign-in").wsgi_request
    request.access = mock.Mock(user=user, roots={})
    with CaptureQueriesContext(connection) as captured:
        html = render_to_string(
            "cotton/mail_banner.html", {"failing": Navigation(request).emails_fail}
        )
    assert BANNER in html and len(captured) == 0


def test_m_administrators_and_specialists_are_told_once_and_never_of_a_full_mailbox() -> None:
    account = make_account("Thistlewick Home Goods")
    model = make_model(account)
    officer = make_contact(model).membership.user
    assert officer is not None
    administrator = account.created_by
    specialist = assign(model)
    neighbor = make_account("Halfmoon Drayage")
    receive(bounce(mail_to(officer), status="5.2.2"))
    assert told() == {}
    come_back(officer, 2)
    words = f"emails to {officer.name} come back"
    assert told() == {
        administrator.email: [f"Thistlewick Home Goods: {words}"],
        specialist.email: [f"Thistlewick Home Goods, {model.reference}: {words}"],
    }
    assert neighbor.created_by.email not in told()
    assert Notification.objects.filter(user_id=administrator.pk, kind="user.mail_bounced").exists()


def test_m_each_company_reads_its_own_name_and_no_other() -> None:
    person = UserFactory.create()
    first, second = make_account("First Cartage"), make_account("Second Bindery")
    for account in (first, second):
        make_member(account, person)
    come_back(person)
    mails = {mail.to_address: mail for mail in Outbox.objects.filter(kind="user.mail_bounced")}
    assert set(mails) == {first.created_by.email, second.created_by.email}
    assert "Second Bindery" not in mails[first.created_by.email].text
    assert mails[first.created_by.email].scope_id == first.pk


def test_m_the_list_of_users_and_the_page_of_the_helpdesk_say_it(client: Client) -> None:
    account = make_account()
    member = make_member(account).user
    assert member is not None
    come_back(member)
    client.force_login(account.created_by)
    page = client.get(reverse("trade_accounts:users", args=[account.pk])).content.decode()
    assert page.count("Emails have been coming back since") == 1
    client.force_login(UserFactory.create(staff_role="helpdesk"))
    assert "Emails come back since" in client.get(f"/helpdesk/users/{member.pk}").content.decode()
    found = client.get("/helpdesk/?state=failing").context["page"].page
    assert list(found) == [member]


def test_m_administrators_learn_that_an_invitation_came_back(client: Client) -> None:
    account = make_account("Thistlewick Home Goods")
    row = make_member(account, state=MembershipState.INVITED)
    Membership.objects.filter(pk=row.pk).update(user=None, email="new@example.com")
    to = [Recipient("new@example.com", "Noor")]
    (mail,) = notify("user.invited", scope=PROGRAM, to=to, company="x", inviter="y", type="User")
    receive(bounce(sent(mail)))
    (told_of,) = Outbox.objects.filter(kind="user.mail_bounced")
    assert told_of.to_address == account.created_by.email
    assert "The invitation did not arrive." in told_of.text
    assert "can sign in" not in told_of.text
    client.force_login(account.created_by)
    page = client.get(reverse("trade_accounts:users", args=[account.pk])).content.decode()
    assert page.count("Emails have been coming back since") == 1


# --- another try ----------------------------------------------------------------------------------


def test_m_the_person_asks_for_another_try_and_the_notice_goes_after_a_day(
    client: Client,
) -> None:
    user = UserFactory.create()
    come_back(user, 3)
    client.force_login(user)
    answer = client.post("/account/email", {"try": "1", "new_email": "typed@example.com"})
    page = answer.content.decode()
    assert "We sent an email to" in page and "typed@example.com" in page
    trial = Outbox.objects.get(kind="user.mail_trial")
    with mock.patch("notifications.services.delivery._send") as send:
        send.return_value = (Delivery.SENT, mock.Mock(words="", code=0))
        assert deliver(trial.pk) is Delivery.SENT
    with clock.at(clock.now() + dt.timedelta(hours=25)):
        assert sweep_arrived() == 1
    user.refresh_from_db()
    assert user.emails_fail_since is None


def test_m_another_try_is_refused_within_the_hour_and_if_emails_arrive() -> None:
    user = UserFactory.create()
    access = for_user(user)
    with pytest.raises(Refused, match="arriving"):
        services.try_address_again(actor=access)
    come_back(user)
    services.try_address_again(actor=access)
    with pytest.raises(Refused, match="too_soon"):
        services.try_address_again(actor=access)
    with clock.at(clock.now() + HOUR):
        services.try_address_again(actor=access)
    assert Outbox.objects.filter(kind="user.mail_trial").count() == 2


def test_u7_a_new_address_begins_without_the_failures_of_the_old_one() -> None:
    user = UserFactory.create()
    receive(complaint(mail_to(user)))
    user.refresh_from_db()
    assert user.emails_fail_since is not None
    old = user.email
    _move(user, old, "new@example.com")
    assert User.objects.get(pk=user.pk).emails_fail_since is None
    assert not FailingAddress.objects.filter(address=old).exists()


def test_u7_a_confirmed_address_that_failed_for_someone_else_works() -> None:
    """The link that confirmed it reached the mailbox."""
    FailingAddress.objects.create(
        address="new@example.com", kind="hard", since=clock.now(), last_at=clock.now()
    )
    user = UserFactory.create()
    _move(user, user.email, "new@example.com")
    assert not FailingAddress.objects.exists()
