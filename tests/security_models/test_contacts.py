"""S5, R2-R4: contacts, their roles, who may change them, and who is notified."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from core.access import Access, enter_roots, for_user
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from identity.models import User
from notifications.models import Outbox
from security_models import services
from security_models.checks import company_profile_blockers
from security_models.models import Contact, SecurityModel
from security_models.policies import P
from security_models.presentation.contact_consequences import Chosen, consequences
from security_models.selectors import contacts_of, officers_of
from security_models.selectors.contacts import seen_as
from tests.factories.models import access_to, submitted
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState, SetUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def roles_now(model: SecurityModel) -> dict[uuid.UUID, str]:
    return {one.membership_id: one.role for one in contacts_of(model)}


def save(
    model: SecurityModel,
    changes: dict[uuid.UUID, str],
    *,
    by: User | None = None,
    primary: uuid.UUID | str | None = "keep",
    actor: Access | None = None,
) -> list[Contact]:
    now = contacts_of(model)
    if primary == "keep":
        primary = next((one.membership_id for one in now if one.is_primary_poc), None)
    return services.save_contacts(
        actor=actor or access_to(model, by),
        model=model,
        seen=seen_as(now),
        roles={**roles_now(model), **changes},
        primary=primary,  # type: ignore[arg-type]
    )


def officer_mails() -> list[Outbox]:
    return list(Outbox.objects.filter(kind="account.officer_changed"))


def test_s5_an_officer_gives_a_member_a_role(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    save(model, {member.pk: "employee"})
    assert access_to(model, member.user).has(P.EDIT)
    assert not access_to(model, member.user).has(P.SUBMIT)


def test_r3_a_company_administrator_without_a_role_manages_contacts(model: SecurityModel) -> None:
    administrator = UserFactory.create()
    make_member(model.trade_account, administrator, "company_administrator")
    member = make_member(model.trade_account)
    save(model, {member.pk: "officer"}, by=administrator)
    assert access_to(model, member.user).has(P.SUBMIT)


@pytest.mark.parametrize("role", ["employee", "consultant"])
def test_r3_employees_and_consultants_cannot_change_contacts(
    model: SecurityModel, role: str
) -> None:
    contact = make_contact(model, role=role)
    with pytest.raises(NotAllowed):
        save(model, {}, by=contact.membership.user, primary=contact.membership_id)


def test_r3_nobody_raises_an_own_role(model: SecurityModel) -> None:
    administrator = UserFactory.create()
    own = make_member(model.trade_account, administrator, "company_administrator")
    for role in ("officer", "employee", "consultant"):
        with pytest.raises(Refused) as refusal:
            save(model, {own.pk: role}, by=administrator)
        assert refusal.value.problems[0].code == "own_role"


def test_r3_a_company_administrator_names_the_first_officer_even_the_own_person(
    model: SecurityModel,
) -> None:
    started = make_model(make_account(), role="employee")
    administrator = started.started_by
    own = Membership.objects.get(trade_account=started.trade_account, user=administrator)
    save(started, {own.pk: "officer"}, by=administrator, primary=own.pk)
    assert [one.membership_id for one in officers_of(started)] == [own.pk]


def test_r3_who_takes_the_last_officer_off_does_not_become_one(model: SecurityModel) -> None:
    administrator = UserFactory.create()
    own = make_member(model.trade_account, administrator, "company_administrator")
    officer = officers_of(model)[0].membership_id
    save(model, {officer: ""}, by=administrator, primary=None)
    assert officers_of(model) == []
    with pytest.raises(Refused) as refusal:
        save(model, {own.pk: "officer"}, by=administrator)
    assert refusal.value.problems[0].code == "own_role"
    other = make_member(model.trade_account)
    save(model, {other.pk: "officer"}, by=administrator)
    assert [one.membership_id for one in officers_of(model)] == [other.pk]


def test_r3_each_change_of_officer_is_mailed_to_officers_administrators_and_scss(
    model: SecurityModel,
) -> None:
    specialist = assign(model)
    administrator = UserFactory.create()
    make_member(model.trade_account, administrator, "company_administrator")
    member = make_member(model.trade_account)
    save(model, {member.pk: "officer"})
    told = {mail.to_address for mail in officer_mails()}
    assert told == {
        model.started_by.email, administrator.email, member.email, specialist.email,
    }  # fmt: skip
    before = {mail.pk for mail in officer_mails()}
    save(model, {member.pk: ""})
    after = [mail for mail in officer_mails() if mail.pk not in before]
    assert {mail.to_address for mail in after} == told


def test_a_change_of_employees_is_not_mailed_as_a_change_of_officers(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    save(model, {member.pk: "consultant"})
    assert officer_mails() == []


def test_r4_an_invited_officer_does_not_count_until_accepting(model: SecurityModel) -> None:
    invited = make_member(model.trade_account, state=MembershipState.INVITED)
    own = contacts_of(model)[0].membership_id
    save(model, {invited.pk: "officer", own: "employee"})
    assert officers_of(model) == []
    codes = {one.code for one in company_profile_blockers(model)}
    assert "officer_invited" in codes
    assert not access_to(model, model.started_by).has(P.SUBMIT)


def test_s5_a_consultant_is_never_primary_poc(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    with pytest.raises(Refused) as refusal:
        save(model, {member.pk: "consultant"}, primary=member.pk)
    assert refusal.value.problems[0].field == "primary"


def test_s5_there_is_one_primary_poc_who_can_change(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    save(model, {member.pk: "employee"}, primary=member.pk)
    chosen = [one.membership_id for one in contacts_of(model) if one.is_primary_poc]
    assert chosen == [member.pk]


def test_s5_in_the_draft_there_may_be_no_officer_and_everybody_learns_it(
    model: SecurityModel,
) -> None:
    own = contacts_of(model)[0].membership_id
    save(model, {own: "employee"})
    assert Outbox.objects.filter(kind="account.no_officer").exists()
    assert "officer_missing" in {one.code for one in company_profile_blockers(model)}


def test_s5_after_the_first_submission_an_officer_and_a_primary_poc_stay(
    model: SecurityModel,
) -> None:
    submitted(model)
    own = contacts_of(model)[0].membership_id
    with pytest.raises(Refused) as refusal:
        save(model, {own: "employee"}, primary=None)
    assert {one.code for one in refusal.value.problems} == {"officer", "primary"}
    invited = make_member(model.trade_account, state=MembershipState.INVITED)
    with pytest.raises(Refused):
        save(model, {invited.pk: "officer", own: "employee"}, primary=invited.pk)


def test_r4_after_the_first_submission_an_officer_who_has_not_accepted_is_not_enough(
    model: SecurityModel,
) -> None:
    submitted(model)
    own = contacts_of(model)[0].membership_id
    invited = make_member(model.trade_account, state=MembershipState.INVITED)
    with pytest.raises(Refused) as refusal:
        save(model, {invited.pk: "officer", own: "employee"}, primary=own)
    assert {one.code for one in refusal.value.problems} == {"officer"}
    assert [one.membership_id for one in officers_of(model)] == [own]


def test_s5_people_of_other_companies_are_refused(model: SecurityModel) -> None:
    stranger = make_member(make_account("Old Kettle Packaging"))
    with pytest.raises(Refused) as refusal:
        save(model, {stranger.pk: "officer"})
    assert refusal.value.problems[0].code == "unknown"


def test_p5_somebody_else_changed_the_contacts(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    with pytest.raises(Stale):
        services.save_contacts(
            actor=access_to(model),
            model=model,
            seen="something else",
            roles={**roles_now(model), member.pk: "employee"},
            primary=contacts_of(model)[0].membership_id,
        )


def test_saving_the_same_again_changes_nothing(model: SecurityModel) -> None:
    before = Outbox.objects.count()
    save(model, {})
    assert Outbox.objects.count() == before


def test_the_consequences_are_said_in_words() -> None:
    ada = Chosen("Ada Byron", "officer", True, True)
    words = " ".join(consequences([ada]))
    assert "Ada Byron is the only person who can sign and submit" in words
    assert (
        "Only one person can work on this account" in words
        and "CBP contacts Ada Byron first" in words
    )
    carl = Chosen("Carl Ruiz", "officer", False, False)
    words = " ".join(consequences([ada, carl]))
    assert "Carl Ruiz counts as Officer after accepting" in words and "only person who" in words
    words = " ".join(consequences([Chosen("Eva Lund", "consultant", True, True)]))
    assert "Nobody can sign" in words and "can't be the Primary POC" in words


def test_r2_an_application_is_started_by_any_member_with_the_stated_role() -> None:
    account = make_account()
    member = make_member(account)
    access = enter_roots(for_user(member.user), {"trade_id": account.pk})
    key = new_id()
    model = services.start_application(actor=access, form_key=key, role="consultant")
    again = services.start_application(actor=access, form_key=key, role="consultant")
    assert again.pk == model.pk == key
    contact = contacts_of(model)[0]
    assert (contact.role, contact.is_primary_poc) == ("consultant", False)
    mail = Outbox.objects.get(kind="application.started")
    assert "a password and a second factor" in " ".join(mail.text.split())
    assert reverse("identity:factors") in mail.text
    other = services.start_application(actor=access, form_key=new_id(), role="officer")
    assert officers_of(other)[0].membership_id == member.pk
    assert account.created_by.email in {mail.to_address for mail in officer_mails()}


def test_r2_an_application_that_cannot_be_started_gives_every_reason() -> None:
    """The role is read under the lock: the person's membership may have ended a moment before."""
    account = make_account(set_up=SetUp.OPEN)
    member = make_member(account)
    access = enter_roots(for_user(member.user), {"trade_id": account.pk})
    Membership.objects.filter(pk=member.pk).update(state=MembershipState.ENDED)
    with pytest.raises(Refused) as refusal:
        services.start_application(actor=access, form_key=new_id(), role="signer")
    assert [(one.code, one.field, str(one.message)) for one in refusal.value.problems] == [
        ("set_up", "", "Finish setting up the trade account first."),
        ("role", "role", "Choose your role in the company."),
        ("member", "", "Only a user of the trade account can start an application."),
    ]
    assert not SecurityModel.objects.exists()


def test_r5_staff_start_nothing() -> None:
    account = make_account()
    for role in ("scss", "management"):
        with pytest.raises(NotVisible):
            enter_roots(for_user(UserFactory.create(staff_role=role)), {"trade_id": account.pk})


# --- what a new Officer is told -------------------------------------------------------------------


@pytest.mark.parametrize("has_one", [False, True])
def test_u6_a_new_officer_is_told_that_signing_takes_a_second_factor(
    model: SecurityModel, has_one: bool
) -> None:
    person = UserFactory.create(authenticator=has_one)
    member = make_member(model.trade_account, person)
    save(model, {member.pk: "officer"})
    [mail] = [one for one in officer_mails() if one.to_address == person.email]
    assert "second factor" in mail.text and "/account/second-factors" in mail.text
    assert ("Set up a second factor before you sign" in mail.text) is not has_one
    [other] = [one for one in officer_mails() if one.to_address == model.started_by.email]
    assert "second factor" not in other.text


def test_r4_an_invited_officer_is_told_before_and_after_accepting(model: SecurityModel) -> None:
    member = make_member(model.trade_account, None, state="invited")
    save(model, {member.pk: "officer"})
    [mail] = [one for one in officer_mails() if one.to_address == member.email]
    assert "Set up a second factor before you sign" in mail.text
