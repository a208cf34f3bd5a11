"""A group of companies in the demonstration, with a request of each kind in another state (T8, T9).

Octavia Penhallow administers all of them, so she also decides for the other account each time.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.ids import new_id
from operations.models import TradeAccountRequest
from operations.services import deciding, drafts
from operations.services.plans import effects_of, hash_of
from portal.demo import cast, stage
from security_models import services as models
from security_models.states import ContactRole
from trade_accounts import services as accounts
from trade_accounts.models import TradeAccount

HOLDING, WORKS, LOGISTICS = "Penhallow Holding", "Penhallow Glass Works", "Penhallow Logistics"
RETAIL, OUTLET, WAREHOUSING = "Penhallow Retail", "Penhallow Outlet", "Penhallow Warehousing"
#: All of them, the one that a split has founded too.
GROUP = (HOLDING, WORKS, LOGISTICS, RETAIL, OUTLET, WAREHOUSING)
REASON = "The companies have been one group since Penhallow Holding bought the shares in March."


def ask_for_changes() -> None:
    """Five companies; one link is done, one waits for management, a merge waits for the other
    side, a delink was declined, and one company was split.
    """
    with _days_ago(50):
        group = {name: _company(name) for name in (HOLDING, WORKS, LOGISTICS, RETAIL, OUTLET)}
        owner = stage.register(cast.OCTAVIA)
        models.start_application(
            actor=stage.actor(owner, trade_id=group[WORKS].pk),
            form_key=new_id(),
            role=ContactRole.OFFICER,
        )
    with _days_ago(40):
        _agree(_asked("link", group[HOLDING], group[LOGISTICS]))
    with _days_ago(30):
        declined = _asked("delink", group[HOLDING], group[LOGISTICS])
        actor = _at(group[LOGISTICS])
        reason = "The sale did not take place."
        deciding.refuse_request(actor=actor, request_id=declined.pk, reason=reason)
    with _days_ago(20):
        [address] = group[LOGISTICS].addresses.all()
        _asked("split", group[LOGISTICS], new_name=WAREHOUSING, address_ids=[address.pk])
    with _days_ago(12):
        _agree(_asked("link", group[HOLDING], group[WORKS]))
    with _days_ago(5):
        _asked("merge", group[RETAIL], group[OUTLET])


def _days_ago(days: int) -> Any:
    return clock.at(clock.now() - dt.timedelta(days=days))


def _company(name: str) -> TradeAccount:
    owner = stage.register(cast.OCTAVIA)
    account = accounts.create(
        actor=stage.actor(owner),
        form_key=new_id(),
        name=name,
        doing_business_as="",
        employees=40,
        business_started_on=dt.date(1998, 5, 4),
        history="Blown and pressed glass for tables and lamps.",
        phone=cast.OCTAVIA.phone,
        website="https://penhallow.example",
    )
    actor = _at(account)
    accounts.add_address(
        actor=actor,
        form_key=new_id(),
        types=["headquarters"],
        name="",
        street1=f"{len(name)} Furnace Row",
        street2="",
        city="Galveston",
        state="TX",
        postal_code="77550",
        country="US",
    )
    return accounts.finish_set_up(actor=actor)


def _at(account: TradeAccount) -> Any:
    return stage.actor(stage.register(cast.OCTAVIA), trade_id=account.pk)


def _asked(
    kind: str, asking: TradeAccount, other: TradeAccount | None = None, **values: Any
) -> TradeAccountRequest:
    """A request that is sent from one account about another; the first one is the head."""
    actor = _at(asking)
    draft = drafts.start(actor=actor, kind=kind)
    if other is not None:
        values |= {"other_id": other.pk, "other_name": other.name, "head_id": asking.pk}
    values |= {"reason": REASON}
    draft = drafts.save(actor=actor, request_id=draft.pk, expected=draft.version, **values)
    return deciding.send(actor=actor, request_id=draft.pk, shown=_shown(draft))


def _agree(request: TradeAccountRequest) -> None:
    if request.other is None:
        return
    deciding.agree(actor=_at(request.other), request_id=request.pk, shown=_shown(request))


def _shown(request: TradeAccountRequest) -> str:
    return hash_of(request, effects_of(request))
