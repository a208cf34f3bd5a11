"""Asking those who can for reserved acts (R6): every act, state and role."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import Access, for_user, system
from core.errors import NotAllowed, NotVisible, Refused
from identity.models import User
from notifications.models import Notification, Outbox
from security_models import grants
from security_models.models import Contact, SecurityModel
from security_models.states import ContactRole
from security_profile.models import Response
from tests.factories.people import UserFactory
from tests.factories.reviews import ready_model, send_in
from tests.factories.trade import make_account, make_contact, make_member, make_model
from trade_accounts import grants as account_grants
from trade_accounts.models import Ask, Membership
from trade_accounts.providers.reserved_acts import act_named
from trade_accounts.selectors.asks import ask_url, asking
from trade_accounts.services.asking import ask, withdraw_outdated
from trade_accounts.states import AskOutcome, MembershipState, MembershipType

pytestmark = pytest.mark.django_db

SIGN = "sign"


def inside(model: SecurityModel, user: User) -> Access:
    """A person who has opened a page of the model."""
    named = {"trade_id": model.trade_account_id}
    return grants.enter(for_user(user), model.pk, named)


def employee_of(model: SecurityModel, role: str = ContactRole.EMPLOYEE) -> Access:
    user = UserFactory.create()
    make_contact(model, user, role)
    return inside(model, user)


def ask_to(code: str, actor: Access, root: str = "security_model", **more: Any) -> Ask:
    return ask(actor=actor, act=act_named(code, root), **{"membership_id": None, **more})


@pytest.fixture
def ready(db: None) -> SecurityModel:
    """A complete application with one Officer."""
    return ready_model()


# --- the request and its effects ------------------------------------------------------------------


@pytest.mark.parametrize("role", [ContactRole.EMPLOYEE, ContactRole.CONSULTANT])
def test_r6_a_contact_asks_the_officer_to_sign(ready: SecurityModel, role: str) -> None:
    actor = employee_of(ready, role)
    ask_to(SIGN, actor, note="All set.")
    mail = Outbox.objects.get(kind="submission.ready_for_officer")
    assert mail.to_address == ready.started_by.email
    assert actor.name in mail.subject
    assert "All set." in mail.text
    assert reverse("agreements:read", args=[ready.trade_account_id, ready.pk, "application"]) in (
        mail.text
    )
    assert Notification.objects.filter(user_id=ready.started_by_id, kind=mail.kind).exists()
    event = Event.objects.get(kind="trade_accounts.asked")
    assert event.data["name"] == ready.started_by.name
    assert event.scope_id == ready.pk


def test_pressing_twice_asks_once(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    first, second = ask_to(SIGN, actor), ask_to(SIGN, actor)
    assert first.pk == second.pk
    assert Outbox.objects.filter(kind="submission.ready_for_officer").count() == 1


def test_after_a_day_the_person_is_reminded(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    ask_to(SIGN, actor, note="First")
    with clock.at(clock.now() + dt.timedelta(hours=23)):
        ask_to(SIGN, actor)
        assert not asking(actor, SIGN, "security_model").to_ask
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert asking(actor, SIGN, "security_model").label.startswith("Remind ")
        asked = ask_to(SIGN, actor)
    assert asked.note == "First"
    assert Outbox.objects.filter(kind="submission.ready_for_officer").count() == 2
    assert Event.objects.filter(kind="trade_accounts.reminded").count() == 1


# --- who may ask whom -----------------------------------------------------------------------------


def test_an_officer_signs_instead_of_asking(ready: SecurityModel) -> None:
    with pytest.raises(Refused) as refusal:
        ask_to(SIGN, inside(ready, ready.started_by))
    assert refusal.value.code == "yourself"


def test_a_member_without_a_role_cannot_ask_to_sign_but_to_be_named(ready: SecurityModel) -> None:
    actor = inside(ready, make_member(ready.trade_account).user or pytest.fail("no user"))
    with pytest.raises(NotAllowed):
        ask_to(SIGN, actor)
    assert ask_to("contacts", actor).act == "contacts"


def test_a_key_asks_nobody(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    by_key = Access(user=actor.user, roles=actor.roles, roots=actor.roots, via="api-key 1")
    with pytest.raises(Refused) as refusal:
        ask_to(SIGN, by_key)
    assert refusal.value.code == "in_person"


def test_what_is_not_complete_is_not_asked_for(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    Response.objects.filter(security_model=ready).update(text="")
    with pytest.raises(Refused) as refusal:
        ask_to(SIGN, actor)
    assert refusal.value.problems[0].code == "not_answered"


def test_of_several_officers_one_is_chosen(ready: SecurityModel) -> None:
    second = make_contact(ready, role=ContactRole.OFFICER).membership
    actor = employee_of(ready)
    with pytest.raises(Refused) as refusal:
        ask_to(SIGN, actor)
    assert refusal.value.problems[0].field == "whom"
    assert ask_to(SIGN, actor, membership_id=second.pk).membership_id == second.pk


@pytest.mark.parametrize("state", ["invited", "disabled", "of_another_role", "foreign"])
def test_who_cannot_sign_cannot_be_asked(ready: SecurityModel, state: str) -> None:
    actor = employee_of(ready)
    other = make_contact(ready, role=ContactRole.OFFICER).membership
    if state == "invited":
        Membership.objects.filter(pk=other.pk).update(state=MembershipState.INVITED)
    elif state == "disabled":
        User.objects.filter(memberships=other).update(disabled_at=clock.now())
    elif state == "of_another_role":
        Contact.objects.filter(membership=other).update(role=ContactRole.EMPLOYEE)
    else:
        other = make_contact(make_model(make_account()), role=ContactRole.OFFICER).membership
    with pytest.raises(Refused):
        ask_to(SIGN, actor, membership_id=other.pk)


def test_a_foreign_account_has_nobody_to_ask(ready: SecurityModel) -> None:
    stranger = UserFactory.create()
    with pytest.raises(NotVisible):
        inside(ready, stranger)


# --- the end --------------------------------------------------------------------------------------


def test_signing_ends_the_ask(ready: SecurityModel) -> None:
    asked = ask_to(SIGN, employee_of(ready))
    send_in(ready)
    asked.refresh_from_db()
    assert asked.outcome == AskOutcome.DONE


def test_an_ask_for_what_is_no_longer_complete_is_not_shown_and_ends(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    asked = ask_to(SIGN, actor)
    Response.objects.filter(security_model=ready).update(text="")
    assert not asking(actor, SIGN, "security_model").asked
    assert withdraw_outdated(actor=system("test")) == 1
    asked.refresh_from_db()
    assert asked.outcome == AskOutcome.WITHDRAWN


def test_an_ask_of_somebody_who_is_no_officer_any_more_ends(ready: SecurityModel) -> None:
    asked = ask_to(SIGN, employee_of(ready))
    assert withdraw_outdated(actor=system("test")) == 0
    Contact.objects.filter(membership=asked.membership).update(role=ContactRole.EMPLOYEE)
    assert withdraw_outdated(actor=system("test")) == 1


def test_withdrawing_can_be_asked_for_until_the_review_begins(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    with pytest.raises(Refused):
        ask_to("withdraw", actor)
    submission = send_in(ready)
    ask_to("withdraw", actor)
    mail = Outbox.objects.get(kind="account.act_asked")
    assert str(submission.pk) in mail.text
    assert mail.subject.endswith(f"{actor.name} asks you to withdraw the submission")


# --- pages ----------------------------------------------------------------------------------------


def page(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(url, follow=True).content.decode()


def test_the_summary_offers_it_and_then_says_whom_was_asked(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    url = reverse("security_profile:summary", args=[ready.trade_account_id, ready.pk])
    name = ready.started_by.name
    assert f"Ask {name} to sign and submit" in page(actor.user, url)
    client = Client()
    client.force_login(actor.user)
    asked = client.post(ask_url(act_named(SIGN, "security_model"), ready), {"note": "Please"})
    assert asked.status_code == 302
    shown = page(actor.user, url)
    assert f"asked {name} on " in shown
    assert f"Ask {name} to sign and submit" not in shown
    assert "Ask " not in page(ready.started_by, url).split("<main", 1)[1]


def test_the_officer_has_the_task_with_who_asked_and_the_note(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    ask_to(SIGN, actor, note="Before Friday, please.")
    shown = page(ready.started_by, "/tasks")
    assert f"{actor.name} asked you on " in shown
    assert "Before Friday, please." in shown


def test_an_invited_officer_is_shown_with_the_way_to_remind(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    invited = make_contact(ready, role=ContactRole.OFFICER).membership
    Membership.objects.filter(pk=invited.pk).update(state=MembershipState.INVITED, user=None)
    url = reverse("security_profile:summary", args=[ready.trade_account_id, ready.pk])
    shown = page(actor.user, url)
    assert "is invited and has not accepted yet" in shown
    assert "Ask for the invitation to be sent again" in shown


def test_without_an_officer_the_page_says_who_can_name_one(ready: SecurityModel) -> None:
    actor = employee_of(ready)
    Contact.objects.filter(security_model=ready, role=ContactRole.OFFICER).update(
        role=ContactRole.EMPLOYEE
    )
    url = reverse("security_profile:summary", args=[ready.trade_account_id, ready.pk])
    shown = page(actor.user, url)
    assert "No Officer can sign right now." in shown
    assert f"This person can name one: {ready.started_by.name}." in shown


@pytest.mark.parametrize(
    ("name", "verb"),
    [("agreements:read", "sign and submit"), ("security_profile:withdraw", "withdraw the")],
)
def test_the_refusal_of_a_page_offers_to_ask(ready: SecurityModel, name: str, verb: str) -> None:
    actor = employee_of(ready)
    last = "application" if name == "agreements:read" else send_in(ready).pk
    url = reverse(name, args=[ready.trade_account_id, ready.pk, last])
    assert f"Ask one of them to {verb}" in page(actor.user, url)


def test_users_are_for_administrators_whom_a_user_can_ask() -> None:
    account = make_account()
    user = make_member(account).user
    assert user is not None
    url = reverse("trade_accounts:users", args=[account.pk])
    assert f"Ask {account.created_by.name} to manage the users" in page(user, url)
    actor = account_grants.enter(for_user(user), account.pk)
    asked = ask_to("users", actor, "trade_account")
    shown = page(account.created_by, "/tasks")
    assert f"{user.name} asks you to manage the users" in shown
    assert asked.scope_id == account.pk


def test_whoever_was_asked_is_led_to_the_page_of_the_act() -> None:
    account = make_account()
    make_member(account, type=MembershipType.USER)
    client = Client()
    client.force_login(account.created_by)
    answer = client.get(ask_url(act_named("users", "trade_account"), account))
    assert answer["Location"] == reverse("trade_accounts:users", args=[account.pk])


def test_an_unknown_act_is_not_found() -> None:
    account = make_account()
    client = Client()
    client.force_login(account.created_by)
    assert client.get(f"/t/{account.pk}/ask/dance").status_code == 404
    assert client.get(f"/t/{account.pk}/ask/sign").status_code == 404
