"""Creates a trade account and saves its company information (R1, R5, T1-T3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import account_scope, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import Problem, Refused, refusal
from core.tenancy import beyond_tenants
from trade_accounts import grants, selectors
from trade_accounts.checks.set_up import set_up_blockers
from trade_accounts.machine import MEMBERSHIP
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.policies import P, require_may_create
from trade_accounts.states import MembershipState, MembershipType, SetUp

#: The words for the fields of the company information (T2).
FIELDS = {
    "name": gettext_lazy("Company name"),
    "doing_business_as": gettext_lazy("Doing business as"),
    "employees": gettext_lazy("Number of employees"),
    "business_started_on": gettext_lazy("Business start date"),
    "history": gettext_lazy("Brief company history"),
    "phone": gettext_lazy("Phone number"),
    "website": gettext_lazy("Website"),
}


def locked(account_id: uuid.UUID, *, no_key: bool = False) -> TradeAccount:
    """The account, locked until the transaction ends, so that acts on one account happen one by
    one. Refused if it was merged into another one in the meantime (T9).
    """
    account = TradeAccount.objects.select_for_update(no_key=no_key).get(pk=account_id)
    if account.closed_at is not None:
        words = _(
            "This account was merged into another one. Reload the page, which then opens there."
        )
        raise refusal("closed", words)
    return account


def changes(row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Which of ``values`` differ from the row."""
    return {name: value for name, value in values.items() if getattr(row, name) != value}


def words_of(names: Any, words: dict[str, Any]) -> str:
    """Field names in words, for a sentence of the record."""
    return ", ".join(str(words.get(name, name)) for name in names)


@transaction.atomic
def create(*, actor: Access, form_key: uuid.UUID, **company: Any) -> TradeAccount:
    """Create a trade account; the creator is its first Company Administrator (R1).

    ``form_key`` becomes its id: two clicks by the same person make one. Staff are refused (R5).
    ``company`` contains the fields of T2.
    """
    require_may_create(actor)
    values = {**company, "created_by": actor.user, "created_at": clock.now()}
    with beyond_tenants("A key that is taken by a row of another company is refused."):
        account, made = TradeAccount.objects.get_or_create(pk=form_key, defaults=values)
    if account.created_by_id != actor.user_id:
        raise refusal("form_key", _("Reload the page and try again."))
    if not made:
        return account
    user = actor.user
    membership = Membership.objects.create(
        trade_account=account,
        user=user,
        type=MembershipType.COMPANY_ADMINISTRATOR,
        state=MembershipState.ACTIVE,
        email=user.email,
        salutation=user.salutation,
        first_name=user.first_name,
        last_name=user.last_name,
        title=user.title,
        phone=user.phone,
        created_at=clock.now(),
        added_by_id=user.pk,
        accepted_at=clock.now(),
    )
    MEMBERSHIP.begin(membership, actor=actor)
    grants.sync(account)
    scope = account_scope(account.pk)
    record("trade_accounts.created", actor=actor, scope=scope, name=account.name)
    return account


@transaction.atomic
def save_company(*, actor: Access, expected: int, **company: Any) -> TradeAccount:
    """Save the company information. Raises Stale if someone else saved since (P5).

    Refused if the name is changed after the wizard was finished (T3).
    """
    actor.require(P.EDIT)
    account = locked(actor.trade_account.pk)
    changed = changes(account, company)
    if "name" in changed and not selectors.name_may_change(account):
        words = _("Only CBP changes the company name. Ask for the change.")
        raise refusal("name_locked", words, "name")
    if not changed:
        return account
    save_versioned(account, expected=expected, **changed)
    record(
        "trade_accounts.company_changed",
        actor=actor,
        scope=account_scope(account.pk),
        subject=("trade_account", account.pk),
        fields=words_of(changed, FIELDS),
    )
    return account


def missing(account: TradeAccount) -> list[Problem]:
    """What the wizard still needs, each with its place; nothing once it is finished."""
    if account.set_up == SetUp.DONE:
        return []
    return set_up_blockers(account, list(selectors.addresses_of(account)))


@transaction.atomic
def finish_set_up(*, actor: Access) -> TradeAccount:
    """Finish the wizard (T1): from now on the account is active. A second click changes nothing."""
    actor.require(P.EDIT)
    account = locked(actor.trade_account.pk)
    if account.set_up == SetUp.DONE:
        return account
    problems = missing(account)
    if problems:
        raise Refused("unfinished", problems)
    save_versioned(account, expected=account.version, set_up=SetUp.DONE)
    record("trade_accounts.set_up_finished", actor=actor, scope=account_scope(account.pk))
    return account
