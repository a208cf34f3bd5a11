"""Requests to change trade accounts, made through the services."""

from __future__ import annotations

from typing import Any

from core import clock
from core.access import Access, for_user
from core.ids import new_reference
from identity.models import User
from operations.models import TradeAccountRequest
from operations.selectors.requests import drafts_of
from operations.services import deciding, drafts
from operations.services.plans import effects_of, hash_of
from security_models.models import SecurityModel
from tests.factories.models import make_address
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from trade_accounts import grants
from trade_accounts.models import Address, TradeAccount
from trade_accounts.states import HEADQUARTERS, MembershipType

REASON = "The companies belong to the same group since the acquisition in March."


def entering(account: TradeAccount, user: User) -> Access:
    """A person at work in an account."""
    return grants.enter(for_user(user), account.pk)


def two_accounts(
    one: str = "Quillfeather Trading", two: str = "Larkspur Freight"
) -> tuple[TradeAccount, TradeAccount, User]:
    """Two accounts, and a person who is Company Administrator of the first and a user of both."""
    first, second = make_account(one), make_account(two)
    asker = UserFactory.create()
    make_member(first, asker, MembershipType.COMPANY_ADMINISTRATOR)
    make_member(second, asker)
    return first, second, asker


def drafted(
    kind: str, asking: TradeAccount, asker: User, other: TradeAccount | None = None, **values: Any
) -> TradeAccountRequest:
    """A draft with every step done, also where the page Manage would not have offered it."""
    actor = entering(asking, asker)
    draft = drafts_of(actor).get(kind) or _begun(kind, asking, asker)
    values = {"reason": REASON, **values}
    if other is not None:
        values |= {"other_id": other.pk, "other_name": other.name}
        values.setdefault("head_id", asking.pk)
    return drafts.save(actor=actor, request_id=draft.pk, expected=draft.version, **values)


def _begun(kind: str, asking: TradeAccount, asker: User) -> TradeAccountRequest:
    return TradeAccountRequest.objects.create(
        reference=new_reference("R"),
        kind=kind,
        asking=asking,
        asking_name=asking.name,
        asked_by=asker,
        asked_by_name=asker.name,
        started_at=clock.now(),
    )


def shown(request: TradeAccountRequest) -> str:
    """The hash of what a page shows of the request now."""
    return hash_of(request, effects_of(request))


def sent(
    kind: str, asking: TradeAccount, asker: User, other: TradeAccount | None = None, **values: Any
) -> TradeAccountRequest:
    """A request that was sent; a split takes headquarters along."""
    if kind == "split":
        chosen = Address.objects.filter(pk__in=values.get("address_ids", ()))
        if not chosen.filter(types__contains=[HEADQUARTERS]).exists():
            own = [*values.get("address_ids", ()), make_address(asking).pk]
            values = {**values, "address_ids": own}
    draft = drafted(kind, asking, asker, other, **values)
    actor = entering(asking, asker)
    return deciding.send(actor=actor, request_id=draft.pk, shown=shown(draft))


def agreed(request: TradeAccountRequest, decider: User | None = None) -> TradeAccountRequest:
    """The same after a Company Administrator of the other account agreed."""
    other = request.other
    assert other is not None
    actor = entering(other, decider or other.created_by)
    return deciding.agree(actor=actor, request_id=request.pk, shown=shown(request))


def management() -> Access:
    """A member of management at work."""
    return for_user(UserFactory.create(staff_role="management"))


def approved(request: TradeAccountRequest) -> TradeAccountRequest:
    """The same after management approved."""
    return deciding.approve(actor=management(), request_id=request.pk, shown=shown(request))


def asked_of(account: TradeAccount) -> TradeAccountRequest:
    """A request of another company to link the account below it."""
    asking = make_account("Halfmoon Logistics")
    make_member(account, asking.created_by)
    return sent("link", asking, asking.created_by, account)


def recommended(model: SecurityModel) -> TradeAccountRequest:
    """A request about the company of a C-TPAT account, on which a specialist has recommended."""
    request = agreed(asked_of(model.trade_account))
    actor = management().to("security_model", model, ())
    deciding.recommend(
        actor=actor, request_id=request.pk, supports=True, text="The group is on file."
    )
    return request
