"""Another company name: asked by any member, decided by one specialist, shown everywhere (T3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from audit.models import Event, StatusChange
from change_requests.models import ChangeRequest
from change_requests.selectors.requests import requests_for_staff, requests_of_company
from change_requests.services import drafts, sending
from change_requests.states import ChangeStatus, Decision
from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused
from core.tenancy import as_seen_by
from identity.models import User
from notifications.models import Notification
from reviews.models import WorkItem
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.selectors.name_keeper import account_in_charge_of_name
from security_models.states import BusinessTypeStatus
from svi.models import DirectoryEntry
from tests.factories.change_requests import (
    ask_name,
    ask_number,
    decided,
    explain,
    number,
    prove,
    send_in,
    sides,
)
from tests.factories.models import submitted
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.reviews import manager
from tests.factories.svi import consenting
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from trade_accounts import grants as account_grants
from trade_accounts import services as trade
from trade_accounts.models import TradeAccount
from trade_accounts.states import SetUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def both() -> tuple[SecurityModel, Access, Access]:
    """An account, its Officer and its specialist."""
    return sides()


def member_of(account: TradeAccount, **more: Any) -> Access:
    """A person who has entered a company."""
    user = make_member(account, **more).user
    return account_grants.enter(for_user(user), account.pk)


def refused(service: Any, *args: Any, **more: Any) -> set[str]:
    """The codes of the problems of a refusal."""
    with pytest.raises(Refused) as refusal:
        service(*args, **more)
    return {one.code for one in refusal.value.problems}


def certify(model: SecurityModel, days_ago: int) -> None:
    """Certified so many days ago, as a row."""
    rows = BusinessTypeAccount.objects.filter(security_model=model)
    rows.update(
        status=BusinessTypeStatus.CERTIFIED,
        account_number=str(10_000_000 + days_ago),
        certified_on=clock.today() - dt.timedelta(days=days_ago),
    )


def told() -> list[tuple[str, str]]:
    """Who was told what."""
    rows = Notification.objects.filter(kind__startswith="account.change")
    emails = dict(User.objects.values_list("pk", "email"))
    return [(kind, emails[user]) for kind, user in rows.values_list("kind", "user_id")]


def test_t3_an_approved_name_is_the_name_and_the_record_has_both(both: Any) -> None:
    model, officer, specialist = both
    member = member_of(model.trade_account)
    request = send_in(member, ask_name(member))
    assert request.security_model_id == model.pk
    decided(specialist, request)
    account = TradeAccount.objects.get(pk=model.trade_account_id)
    assert account.name == "Thistlewick Group"
    event = Event.objects.get(kind="trade_accounts.name_changed")
    assert event.data["before"] == "Thistlewick Home Goods" and event.scope_id == account.pk
    assert event.data["after"] == "Thistlewick Group"
    emails = {email for kind, email in told() if kind == "account.change_decided"}
    assert emails == {member.user.email, officer.user.email}


@pytest.mark.parametrize(
    "name", ["Thistlewick & Söhne GmbH", "株式会社アザミ", "شركة الشوك", "Чертополох", "O’Leary"]
)
def test_t3_a_name_can_be_of_any_script(both: Any, name: str) -> None:
    _model, officer, specialist = both
    decided(specialist, send_in(officer, ask_name(officer, name)))
    assert TradeAccount.objects.filter(name=name).exists()
    assert any(name in str(one.data) for one in Event.objects.filter(kind__contains="name"))


def test_t3_the_name_that_it_has_is_refused_and_one_that_is_not_locked(both: Any) -> None:
    _model, officer, _specialist = both
    assert refused(ask_name, officer, "Thistlewick Home Goods") == {"same"}
    unfinished = make_account("New", set_up=SetUp.OPEN)
    access = account_grants.enter(for_user(unfinished.created_by), unfinished.pk)
    assert refused(ask_name, access) == {"not_locked"}


def test_t3_one_open_request_for_the_name_at_a_time(both: Any) -> None:
    model, officer, _specialist = both
    draft = ask_name(officer)
    assert ask_name(officer, "Thistle").pk == draft.pk
    send_in(officer, draft)
    assert refused(ask_name, member_of(model.trade_account), "Another") == {"taken"}
    assert ChangeRequest.objects.count() == 1


def test_t3_a_name_that_changed_meanwhile_is_refused_in_words(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, ask_name(officer))
    TradeAccount.objects.filter(pk=model.trade_account_id).update(name="Thistledown")
    assert refused(decided, specialist, request) == {"changed"}
    request.refresh_from_db()
    assert request.status == ChangeStatus.OPEN
    decided(specialist, request, Decision.RETURN)
    again = explain(officer, request)
    assert again.lines.get().before_shown == "Thistledown"
    decided(specialist, send_in(officer, again))
    assert TradeAccount.objects.filter(name="Thistlewick Group").exists()


def test_t3_a_form_that_was_open_before_does_not_take_the_name_back(both: Any) -> None:
    model, officer, specialist = both
    member = member_of(model.trade_account)
    before = TradeAccount.objects.get(pk=model.trade_account_id)
    decided(specialist, send_in(officer, ask_name(officer)))
    with pytest.raises(Exception, match="stale"):
        trade.save_company(actor=member, expected=before.version, history="Ours.")


def test_t3_of_several_accounts_the_oldest_certified_one_decides(both: Any) -> None:
    model, _officer, _specialist = both
    account = model.trade_account
    younger, older = (make_model(account) for _one in range(2))
    for one in (younger, older):
        submitted(one)
        assign(one)
    assert account_in_charge_of_name(account.pk) == model
    certify(younger, 10)
    certify(older, 400)
    assert account_in_charge_of_name(account.pk) == older
    BusinessTypeAccount.objects.filter(security_model=older).update(
        status=BusinessTypeStatus.REMOVED
    )
    assert account_in_charge_of_name(account.pk) == younger
    younger.assignments.update(ended_at=clock.now())
    assert account_in_charge_of_name(account.pk) == model


def test_t3_the_office_decides_for_a_company_without_an_application() -> None:
    account = make_account("Old Kettle Packaging")
    access = account_grants.enter(for_user(account.created_by), account.pk)
    boss = for_user(UserFactory.create(staff_role="management"))
    request = send_in(access, ask_name(access, "New Kettle"))
    assert request.security_model is None
    assert ("account.change_unassigned", boss.user.email) in told()
    assert not WorkItem.objects.filter(kind="change").exists()
    assert list(requests_for_staff(boss)) == [request]
    specialist = for_user(UserFactory.create(staff_role="scss"))
    assert not requests_for_staff(specialist)
    with pytest.raises(NotAllowed):
        decided(specialist, request)
    decided(boss, request)
    assert TradeAccount.objects.get().name == "New Kettle"


def test_t3_a_submitted_account_without_a_specialist_waits_for_management() -> None:
    model = make_model(make_account())
    submitted(model)
    officer = access_to(model)
    request = send_in(officer, ask_name(officer))
    assert request.security_model == model
    assert WorkItem.objects.get(kind="change").subject_id == request.pk
    decided(manager(model), request)


def test_t3_the_specialist_of_another_account_of_the_company_does_not_decide(both: Any) -> None:
    model, officer, _specialist = both
    other = make_model(model.trade_account)
    submitted(other)
    stranger = for_user(assign(other))
    request = send_in(officer, ask_name(officer))
    with pytest.raises((NotAllowed, NotVisible)):
        decided(stranger, request)


def test_t3_staff_never_ask(both: Any) -> None:
    _model, _officer, specialist = both
    with pytest.raises((NotAllowed, NotVisible)):
        ask_name(specialist)


def test_r6_members_see_requests_about_the_name_only(both: Any) -> None:
    model, officer, _specialist = both
    member = member_of(model.trade_account)
    name = send_in(officer, ask_name(officer))
    numbers = ask_number(officer, number_id=number(model).pk, remove=True)
    assert list(requests_of_company(member, model.trade_account)) == [name]
    assert set(requests_of_company(officer, model.trade_account)) == {name, numbers}
    other = make_contact(make_model(model.trade_account)).membership.user
    sibling = account_grants.enter(for_user(other), model.trade_account_id)
    assert list(requests_of_company(sibling, model.trade_account)) == [name]


def test_t3_a_request_is_withdrawn_while_it_is_open(both: Any) -> None:
    _model, officer, specialist = both
    request = send_in(officer, ask_name(officer))
    assert WorkItem.objects.filter(kind="change").count() == 1
    for _click in range(2):
        assert sending.withdraw(actor=officer, request=request).status == ChangeStatus.WITHDRAWN
    assert not WorkItem.objects.filter(kind="change").exists()
    assert StatusChange.objects.filter(move="withdraw").count() == 1
    assert ("account.change_withdrawn", specialist.user.email) in told()
    with pytest.raises(Refused) as refusal:
        decided(specialist, request)
    assert officer.name in str(refusal.value.problems[0].message)


def test_t3_a_discarded_draft_is_no_request(both: Any) -> None:
    model, officer, specialist = both
    request = ask_name(officer)
    assert not requests_for_staff(specialist)
    sending.withdraw(actor=officer, request=request)
    assert not requests_of_company(officer, model.trade_account)
    assert not told() and not Event.objects.filter(kind__startswith="change_requests").exists()


def test_t3_a_returned_name_is_completed_and_sent_to_who_decides_now(both: Any) -> None:
    model, officer, specialist = both
    request = decided(specialist, send_in(officer, ask_name(officer)), Decision.RETURN)
    item = WorkItem.objects.get(kind="change")
    assert item.waits_for == "partner"
    younger = make_model(model.trade_account)
    submitted(younger)
    assign(younger)
    certify(younger, 10)
    request.refresh_from_db()
    again = drafts.save_text(
        actor=officer, request=request, expected=request.version, reason="New", name="Thistle Inc."
    )
    prove(officer, again, b"more\n")
    assert send_in(officer, again).security_model == younger


def test_svi5_others_see_the_new_name_from_the_approval_on() -> None:
    """What is shown to other companies is read from the account, not from a copy."""
    company, other = consenting("Brindle & Oat"), consenting("Saltmarsh Rail")
    request = send_in(access_to(company), ask_name(access_to(company), "Brindle Group"))
    decided(manager(company), request)
    with as_seen_by(other.pk):
        names = set(DirectoryEntry.objects.values_list("name", flat=True))
    assert "Brindle Group" in names and "Brindle & Oat" not in names
