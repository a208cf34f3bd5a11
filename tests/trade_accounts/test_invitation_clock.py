"""Invitations that nobody answers: one reminder to the person, one notice to the inviter
(R4, T6).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from audit.models import SweepRun
from core import clock
from core.access import for_user
from core.ids import new_id
from identity.models import User
from notifications.models import Outbox
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_users import PERSON
from trade_accounts import grants, services
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState, MembershipType
from trade_accounts.tasks import sweep_invitations

pytestmark = pytest.mark.django_db

ADDRESS = PERSON["email"]
TYPED = {name: value for name, value in PERSON.items() if name != "email_again"}


@pytest.fixture
def invited(db: None) -> Membership:
    """Someone who was invited now and has not answered."""
    account = make_account()
    inside = grants.enter(for_user(account.created_by), account.pk)
    return services.invite(actor=inside, form_key=new_id(), **TYPED)


def after(days: float) -> Any:
    return clock.at(clock.now() + dt.timedelta(days=days))


def mails(kind: str) -> list[Outbox]:
    return list(Outbox.objects.filter(kind=f"user.{kind}").order_by("created_at"))


def link_in(mail: Outbox) -> str:
    found = re.search(r"/invitations/[\w-]+", mail.text)
    assert found
    return found[0]


def test_t6_before_the_end_the_person_is_reminded_once(invited: Membership) -> None:
    for days in (1.0, 10.0):
        with after(days):
            sweep_invitations()
    assert not mails("invitation_expiring")
    for days in (11.1, 11.2, 12.5, 13.5):
        with after(days):
            sweep_invitations()
    [mail] = mails("invitation_expiring")
    assert mail.to_address == ADDRESS
    until = invited.invitations.earliest("sent_at").expires_at
    assert f"{clock.program_date(until):%b} {clock.program_date(until).day}," in mail.subject


def test_t6_the_reminder_has_a_link_with_the_same_end(client: Client, invited: Membership) -> None:
    before = link_in(mails("invited")[0])
    with after(11.5):
        sweep_invitations()
        link = link_in(mails("invitation_expiring")[0])
        assert link != before
        assert "was sent again" in client.get(before, follow=True).content.decode()
        assert "was sent again" not in client.get(link, follow=True).content.decode()
    assert len(set(invited.invitations.values_list("expires_at", flat=True))) == 1


def test_t6_when_it_has_ended_the_inviter_is_told_once(client: Client, invited: Membership) -> None:
    with after(11.5):
        sweep_invitations()
    link = link_in(mails("invitation_expiring")[0])
    for days in (13.99, 14.01, 15, 40):
        with after(days):
            sweep_invitations()
            assert len(mails("invitation_ended")) == (days > 14)
    [mail] = mails("invitation_ended")
    assert mail.to_address == invited.trade_account.created_by.email
    assert f"/profile/users/{invited.pk}" in mail.text
    with after(15):
        assert "time to accept has passed" in client.get(link, follow=True).content.decode()


def test_t6_an_inviter_who_manages_no_users_now_is_not_told_but_who_does(
    invited: Membership,
) -> None:
    other = UserFactory.create()
    make_member(invited.trade_account, other, MembershipType.COMPANY_ADMINISTRATOR)
    first = Membership.objects.filter(user=invited.trade_account.created_by)
    first.update(type=MembershipType.USER)
    with after(14.5):
        sweep_invitations()
    assert [one.to_address for one in mails("invitation_ended")] == [other.email]


@pytest.mark.parametrize("state", [MembershipState.DECLINED, MembershipState.ENDED])
def test_t6_what_was_answered_or_withdrawn_is_left_alone(
    invited: Membership, state: MembershipState
) -> None:
    Membership.objects.filter(pk=invited.pk).update(state=state)
    for days in (11.5, 14.5):
        with after(days):
            sweep_invitations()
    assert not mails("invitation_expiring") and not mails("invitation_ended")


def test_t6_sent_again_the_clock_begins_again(invited: Membership) -> None:
    inviter: User = invited.trade_account.created_by
    with after(11.5):
        sweep_invitations()
    with after(12):
        inside = grants.enter(for_user(inviter), invited.trade_account_id)
        services.send_again(actor=inside, membership_id=invited.pk)
    with after(15):
        sweep_invitations()
    assert not mails("invitation_ended")
    with after(23.5):
        sweep_invitations()
    assert len(mails("invitation_expiring")) == 2


def test_p11_a_sweep_that_stood_still_reminds_nobody_of_what_has_ended(
    invited: Membership,
) -> None:
    with after(30):
        sweep_invitations()
    assert not mails("invitation_expiring") and len(mails("invitation_ended")) == 1
    assert SweepRun.objects.latest("id").done["over"] == 1
