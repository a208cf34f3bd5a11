"""One person takes over from another in every account that an administrator manages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import enter_roots, for_user
from core.errors import NotAllowed
from identity.models import User
from notifications.models import Outbox
from security_models.facts.replacement import AccountPlan, Outcome
from security_models.grants import drifts
from security_models.models import Contact, SecurityModel
from security_models.presentation.replacement_plans import plans
from security_models.services.replacement import replace_person
from security_models.states import BusinessTypeStatus, ContactRole
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_member, make_model
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db
ADMINISTRATOR = MembershipType.COMPANY_ADMINISTRATOR


class Company:
    """An administrator, a leaver and a successor, in accounts with one C-TPAT account each."""

    def __init__(self) -> None:
        self.boss, self.leaver, self.successor = UserFactory.create_batch(3)
        self.accounts: list[TradeAccount] = []
        self.models: list[SecurityModel] = []

    def account(
        self, name: str, role: str = ContactRole.OFFICER, *, boss: str = ADMINISTRATOR
    ) -> SecurityModel:
        """An account in which the leaver is Officer and Primary POC."""
        owner = self.boss if boss == ADMINISTRATOR else UserFactory.create()
        account = make_account(name, administrator=owner)
        if boss != ADMINISTRATOR:
            make_member(account, self.boss)
        make_member(account, self.successor)
        make_member(account, self.leaver)
        model = make_model(account, self.leaver, role)
        self.accounts.append(account)
        self.models.append(model)
        return model

    def plans(self, **more: Any) -> list[AccountPlan]:
        """What the page shows."""
        wanted = {"passes_type": True, "removes": False, **more}
        return plans(self.boss.pk, self.leaver, self.successor, **wanted)

    def replace(self, shown: list[AccountPlan] | None = None, **more: Any) -> list[Outcome]:
        """Confirm what was shown."""
        wanted = {"passes_type": True, "removes": False, **more}
        shown = self.plans(**wanted) if shown is None else shown
        seen = {one.account_id: one.mark for one in shown}
        actor = enter_roots(for_user(self.boss), {"trade_id": self.accounts[0].pk})
        return replace_person(
            actor=actor, leaver=self.leaver, successor=self.successor, seen=seen, **wanted
        )

    def member(self, model: SecurityModel, user: User) -> Membership:
        """A membership in the account of a model."""
        return Membership.objects.get(trade_account=model.trade_account, user=user)


@pytest.fixture
def company() -> Company:
    return Company()


def roles(model: SecurityModel) -> dict[Any, tuple[str, bool]]:
    """User -> role and Primary POC."""
    rows = Contact.objects.filter(security_model=model).select_related("membership")
    return {one.membership.user_id: (one.role, one.is_primary_poc) for one in rows}


def test_r3_a_successor_takes_over_in_every_account_with_one_record_each(company: Company) -> None:
    first, second = company.account("Alder Freight"), company.account("Birch Imports")
    make_contact(second, company.successor, ContactRole.EMPLOYEE)
    outcomes = company.replace()
    assert [(one.account_name, one.problems) for one in outcomes] == [
        ("Alder Freight", ()),
        ("Birch Imports", ()),
    ]
    for model in (first, second):
        assert roles(model) == {company.successor.pk: (ContactRole.OFFICER, True)}
    events = Event.objects.filter(kind="trade_accounts.person_replaced")
    assert sorted(str(one.scope_id) for one in events) == sorted(
        str(one.pk) for one in company.accounts
    )
    told = set(Outbox.objects.filter(kind="account.person_replaced").values_list("to_address"))
    assert told == {(one.email,) for one in (company.boss, company.leaver, company.successor)}
    assert not list(drifts())


def test_a_second_run_finds_nothing(company: Company) -> None:
    company.account("Alder Freight")
    shown = company.plans()
    company.replace(shown)
    assert company.plans() == []
    count = Event.objects.count()
    (again,) = company.replace(shown)
    assert again.problems and Event.objects.count() == count


def test_p5_a_preview_that_no_longer_fits_is_refused_for_that_account_alone(
    company: Company,
) -> None:
    first, second = company.account("Alder Freight"), company.account("Birch Imports")
    shown = company.plans()
    Contact.objects.filter(security_model=second).update(role=ContactRole.EMPLOYEE)
    done, changed = company.replace(shown)
    assert not done.problems and roles(first)[company.successor.pk][0] == ContactRole.OFFICER
    assert "changed after the preview" in changed.problems[0]
    assert company.successor.pk not in roles(second)


def test_an_account_is_changed_as_a_whole_or_not_at_all(company: Company) -> None:
    model = company.account("Alder Freight")
    other = make_model(model.trade_account, company.leaver)
    make_contact(other, company.successor, ContactRole.CONSULTANT)
    (shown,) = company.plans()
    assert [one.code for one in shown.problems] == ["consultant"]
    (outcome,) = company.replace([shown])
    assert "Consultant" in outcome.problems[0]
    assert company.successor.pk not in roles(model)
    assert roles(other)[company.successor.pk] == (ContactRole.CONSULTANT, False)
    assert not Outbox.objects.filter(kind="account.contact_role_changed").exists()


def test_r4_the_successor_must_have_accepted_in_each_account(company: Company) -> None:
    model = company.account("Alder Freight")
    member = company.member(model, company.successor)
    member.delete()
    (shown,) = company.plans()
    assert shown.invites and not shown.problems
    (outcome,) = company.replace(removes=True)
    assert outcome.invited and not outcome.problems
    assert roles(model) == {company.leaver.pk: (ContactRole.OFFICER, True)}
    invitation = Membership.objects.get(email=company.successor.email)
    assert (invitation.state, invitation.type) == (MembershipState.INVITED, MembershipType.USER)
    assert company.member(model, company.leaver).state == MembershipState.ACTIVE
    assert Outbox.objects.filter(kind="user.invited").count() == 1
    invitation.delete()
    invited = make_member(model.trade_account, company.successor, state=MembershipState.INVITED)
    Membership.objects.filter(pk=invited.pk).update(user=None)
    (shown,) = company.plans()
    assert [one.code for one in shown.problems] == ["not_accepted"]
    assert company.replace([shown])[0].problems


@pytest.mark.parametrize(
    ("about", "code"),
    [({"staff_role": "scss"}, "staff"), ({"disabled_at": clock.now()}, "disabled")],
)
def test_r5_r7_staff_and_disabled_people_do_not_take_over(
    company: Company, about: dict[str, Any], code: str
) -> None:
    company.account("Alder Freight")
    User.objects.filter(pk=company.successor.pk).update(**about)
    company.successor.refresh_from_db()
    (shown,) = company.plans()
    assert [one.code for one in shown.problems] == [code]
    assert company.replace([shown])[0].problems


def test_r3_nobody_raises_their_own_role_in_this_way(company: Company) -> None:
    model = company.account("Alder Freight")
    company.successor = company.boss
    (shown,) = company.plans()
    assert [one.code for one in shown.problems] == ["own_role"]
    assert company.replace([shown])[0].problems
    assert company.boss.pk not in roles(model)


def test_r6_accounts_that_the_actor_does_not_manage_stay_as_they_are(company: Company) -> None:
    company.account("Alder Freight")
    other = company.account("Zanzibar Lantern Works", boss=MembershipType.USER)
    assert [one.account_name for one in company.plans()] == ["Alder Freight"]
    before = roles(other)
    foreign = AccountPlan(other.trade_account_id, "", company.leaver.pk, None)
    *_, last = company.replace([*company.plans(), foreign])
    assert roles(other) == before
    assert last.account_name == "Zanzibar Lantern Works"
    assert other.trade_account.created_by.name in last.problems[0]


def test_r6_only_an_administrator_of_the_account_replaces_people(company: Company) -> None:
    model = company.account("Alder Freight")
    Membership.objects.filter(user=company.boss).update(type=MembershipType.USER)
    assert company.plans() == []
    client = Client()
    client.force_login(company.successor)
    leaver = company.member(model, company.leaver)
    url = reverse("security_models:replace", args=[model.trade_account_id, leaver.pk])
    assert client.get(url).status_code == 403
    with pytest.raises(NotAllowed):
        enter_roots(for_user(company.successor), {"trade_id": model.trade_account_id}).require(
            _manage()
        )


def _manage() -> Any:
    from trade_accounts.policies import P

    return P.MANAGE_USERS


def test_t4_the_type_passes_and_the_leaver_is_removed_in_the_same_step(company: Company) -> None:
    model = company.account("Alder Freight")
    Membership.objects.filter(user=company.leaver).update(type=ADMINISTRATOR)
    Membership.objects.filter(user=company.boss).update(type=ADMINISTRATOR)
    (outcome,) = company.replace(removes=True)
    assert not outcome.problems
    assert company.member(model, company.successor).type == ADMINISTRATOR
    assert company.member(model, company.leaver).state == MembershipState.ENDED
    assert Outbox.objects.filter(
        kind="account.member_removed", to_address=company.leaver.email
    ).exists()
    assert not list(drifts())


def test_t4_the_only_administrator_is_not_removed_without_a_successor_of_that_type(
    company: Company,
) -> None:
    model = company.account("Alder Freight")
    company.leaver, company.boss = company.boss, company.boss
    make_contact(model, company.leaver, ContactRole.EMPLOYEE)
    (shown,) = company.plans(passes_type=False, removes=True)
    assert [one.code for one in shown.problems] == ["last_administrator"]
    (ready,) = company.plans(passes_type=True, removes=True)
    assert not ready.problems
    (outcome,) = company.replace([ready], removes=True)
    assert not outcome.problems
    assert company.member(model, company.successor).type == ADMINISTRATOR


def test_a_closed_account_keeps_its_contacts(company: Company) -> None:
    model = company.account("Alder Freight")
    closed = make_model(model.trade_account, company.leaver)
    make_type(closed, status=BusinessTypeStatus.WITHDRAWN)
    (shown,) = company.plans()
    assert shown.closed == (closed.reference,)
    assert not company.replace([shown])[0].problems
    assert company.leaver.pk in roles(closed)


def test_the_page_shows_what_happens_and_then_what_came_of_it(company: Company) -> None:
    first = company.account("Alder Freight")
    company.account("Birch Imports")
    client = Client()
    client.force_login(company.boss)
    leaver = company.member(first, company.leaver)
    url = reverse("security_models:replace", args=[first.trade_account_id, leaver.pk])
    assert company.successor.name in client.get(url).content.decode()
    query = {"successor": str(company.successor.pk), "removes": "on"}
    answer: Any = client.get(url, query)
    page = answer.content.decode()
    assert "Birch Imports" in page and "Officer, Primary POC" in page
    assert "Replace in 2 accounts" in page
    done = client.post(url, {**query, "seen": answer.context["seen"]}, follow=True)
    assert done.status_code == 200 and done.content.decode().count("Everything was passed on") == 2
    wrong = client.post(url, {"successor": str(leaver.pk), "seen": "x"})
    assert wrong.status_code == 404  # the leaver is gone


def test_bad_input_is_refused_in_words(company: Company) -> None:
    model = company.account("Alder Freight")
    client = Client()
    client.force_login(company.boss)
    leaver = company.member(model, company.leaver)
    stranger = make_member(make_account("Zanzibar Lantern Works")).user
    assert stranger is not None
    url = reverse("security_models:replace", args=[model.trade_account_id, leaver.pk])
    for successor in ("", "x", str(stranger.pk), str(company.leaver.pk)):
        page = client.get(url, {"successor": successor})
        assert page.status_code == 422, successor
    heir = company.successor
    assert client.post(url, {"successor": str(heir.pk), "seen": "none"}).status_code == 422
    assert client.get(url, {"done": "none"}).status_code == 302


def test_grants_are_proven_after_a_replacement(company: Company) -> None:
    company.account("Alder Freight")
    company.replace(removes=True)
    call_command("check_grants")
