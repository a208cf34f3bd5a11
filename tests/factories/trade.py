"""Trade accounts and security models with their people and grants."""

from __future__ import annotations

from typing import Any

from core import clock
from core.ids import new_reference
from identity.models import User
from security_models import grants as model_grants
from security_models.models import Contact, EligibilityRun, SecurityModel, StaffAssignment
from security_models.states import ContactRole
from tests.factories.people import UserFactory
from trade_accounts import grants as account_grants
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType, SetUp


def make_account(
    name: str = "Thistlewick Home Goods", set_up: str = SetUp.DONE, **fields: Any
) -> TradeAccount:
    """A trade account with one Company Administrator; its wizard is finished unless told."""
    creator = fields.pop("administrator", None) or UserFactory.create()
    account = TradeAccount.objects.create(
        name=name, created_at=clock.now(), created_by=creator, set_up=set_up, **fields
    )
    make_member(account, creator, MembershipType.COMPANY_ADMINISTRATOR)
    return account


def make_member(
    account: TradeAccount,
    user: User | None = None,
    type: str = MembershipType.USER,
    state: str = MembershipState.ACTIVE,
) -> Membership:
    """A membership, and the grants that follow from it."""
    user = user or UserFactory.create()
    membership = Membership.objects.create(
        trade_account=account,
        user=user,
        type=type,
        state=state,
        email=user.email,
        salutation="ms",
        first_name=user.first_name,
        last_name=user.last_name,
        title=user.title,
        phone=user.phone,
        created_at=clock.now(),
        accepted_at=clock.now(),
    )
    account_grants.sync(account)
    return membership


def make_model(
    account: TradeAccount, starter: User | None = None, role: str = ContactRole.OFFICER
) -> SecurityModel:
    """A security model just started, with one contact (an Officer) who is its Primary POC."""
    starter = starter or account.created_by
    model = SecurityModel.objects.create(
        trade_account=account,
        reference=new_reference("A"),
        started_on=clock.today(),
        started_at=clock.now(),
        started_by=starter,
        had_officer=role == ContactRole.OFFICER,
    )
    EligibilityRun.objects.create(
        security_model=model, started_at=clock.now(), started_on=clock.today()
    )
    make_contact(model, starter, role, is_primary_poc=True)
    return model


def make_contact(
    model: SecurityModel, user: User | None = None, role: str = ContactRole.EMPLOYEE, **fields: Any
) -> Contact:
    """A contact; the user becomes a member first if need be."""
    user = user or UserFactory.create()
    membership = Membership.objects.filter(trade_account=model.trade_account, user=user).first()
    contact = Contact.objects.create(
        security_model=model,
        trade_account_id=model.trade_account_id,
        membership=membership or make_member(model.trade_account, user),
        role=role,
        added_at=clock.now(),
        **fields,
    )
    model_grants.sync(model)
    return contact


def assign(model: SecurityModel, staff: User | None = None) -> User:
    """A specialist assigned to a model."""
    staff = staff or UserFactory.create(staff_role="scss")
    StaffAssignment.objects.create(
        security_model=model, staff=staff, assigned_at=clock.now(), assigned_by_name="Management"
    )
    model_grants.sync(model)
    return staff
