"""How a model reacts when memberships and addresses below it change."""

from __future__ import annotations

import datetime as dt

import pytest

from core import clock
from core.access import for_user
from core.errors import Refused
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.selectors import contacts_of, officers_of
from security_models.services.dependents import name_keepers
from security_models.states import ContactRole
from tests.factories.models import access_to, access_to_account, choose_addresses, submitted
from tests.factories.people import UserFactory
from tests.factories.svi import certify_type
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from trade_accounts import services as account_services
from trade_accounts.models import Invitation
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    """A model whose Officer is not the Company Administrator."""
    account = make_account()
    officer = UserFactory.create()
    make_member(account, officer)
    return make_model(account, officer)


def end(model: SecurityModel, contact: object) -> None:
    account_services.end_membership(
        actor=access_to_account(model.trade_account),
        membership_id=contact.membership_id,  # type: ignore[attr-defined]
    )


def test_whoever_leaves_the_account_is_a_contact_no_more(model: SecurityModel) -> None:
    contact = make_contact(model)
    end(model, contact)
    assert contact.pk not in {one.pk for one in contacts_of(model)}
    assert Outbox.objects.filter(kind="account.contact_role_changed").exists()


def test_in_the_draft_the_only_officer_may_leave_and_everybody_learns_it(
    model: SecurityModel,
) -> None:
    end(model, officers_of(model)[0])
    assert officers_of(model) == []
    told = set(
        Outbox.objects.filter(kind="account.no_officer").values_list("to_address", flat=True)
    )
    assert model.trade_account.created_by.email in told


def test_s5_after_submission_somebody_else_is_named_first(model: SecurityModel) -> None:
    submitted(model)
    officer = officers_of(model)[0]
    make_member(model.trade_account)
    with pytest.raises(Refused) as refusal:
        end(model, officer)
    assert {one.code for one in refusal.value.problems} == {"last_officer", "primary_poc"}
    assert all(one.url.endswith("/contacts") for one in refusal.value.problems)


def test_r4_an_officer_who_has_not_accepted_does_not_free_the_only_one_who_has(
    model: SecurityModel,
) -> None:
    submitted(model)
    officer = officers_of(model)[0]
    make_member(model.trade_account)
    waiting = make_member(model.trade_account, state=MembershipState.INVITED)
    make_contact(model, waiting.user, ContactRole.OFFICER)
    with pytest.raises(Refused) as refusal:
        end(model, officer)
    assert "last_officer" in {one.code for one in refusal.value.problems}


def test_s5_where_nobody_else_could_be_named_the_only_officer_can_still_leave(
    model: SecurityModel,
) -> None:
    submitted(model)
    end(model, officers_of(model)[0])
    assert officers_of(model) == []


def test_r4_an_officer_who_accepts_counts_from_then_on_and_it_is_mailed(
    model: SecurityModel,
) -> None:
    user = UserFactory.create()
    make_member(model.trade_account, user, state=MembershipState.INVITED)
    contact = make_contact(model, user, "officer")
    Outbox.objects.all().delete()
    now = clock.now()
    Invitation.objects.create(
        trade_account=model.trade_account,
        membership=contact.membership,
        token_hash="0" * 64,
        sent_at=now,
        expires_at=now + dt.timedelta(days=14),
    )
    account_services.accept(actor=for_user(user), membership_id=contact.membership_id)
    assert access_to(model, user).has(P.SUBMIT)
    assert Outbox.objects.filter(kind="account.officer_changed").exists()


def test_an_address_in_use_is_not_removed(model: SecurityModel) -> None:
    address = choose_addresses(model)
    access = access_to_account(model.trade_account)
    with pytest.raises(Refused) as refusal:
        account_services.remove_address(actor=access, address_id=address.pk)
    assert "address_used" in {one.code for one in refusal.value.problems}


def test_the_specialist_keeps_the_name_of_the_trade_account(model: SecurityModel) -> None:
    assert name_keepers(model.trade_account) == []
    SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=clock.today())
    certify_type(model, "importer")
    specialist = assign(model)
    assert name_keepers(model.trade_account) == [specialist.name]
