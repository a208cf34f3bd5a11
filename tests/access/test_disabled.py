"""R7: a disabled person, with a session or a key, gets nothing at any address of the portal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.ids import new_id
from identity import services
from identity.models import User
from tests.access.table import TABLE
from tests.access.test_matrix import doors, path_of
from tests.access.world import ROLES, World, build
from tests.factories.models import access_to_account
from tests.factories.trade import make_account
from trade_accounts import services as accounts

pytestmark = pytest.mark.django_db

#: What everyone may open, the page that says why, and the button that keeps the session alive.
OPEN = {
    "portal:healthz", "portal:readyz", "portal:landing", "demo:mails",
    "trade_accounts:invitation-link", "trade_accounts:invitation-page", "identity:disabled",
    "identity:stay",
}  # fmt: skip
DISABLED = ROLES.index("disabled")


@pytest.fixture
def world() -> World:
    """One of everything."""
    return build()


def test_r7_the_table_lets_the_disabled_through_nowhere() -> None:
    through = {
        name
        for name, methods in TABLE.items()
        for said in methods.values()
        if said[DISABLED] == "." and not _is_public(name)
    }
    assert through <= OPEN


def _is_public(name: str) -> bool:
    door: Any = doors()[name].callback
    return door.door.kind == "public"


def test_r7_every_address_leads_a_disabled_person_to_the_page_that_says_why(world: World) -> None:
    client = world.client("disabled")
    wrong = {}
    for name, pattern in doors().items():
        if _is_public(name) or name.startswith("api:") or name in OPEN:
            continue
        for method in ("get", "post"):
            response = getattr(client, method)(path_of(name, pattern, world))
            away = response.get("Location", "")
            if response.status_code != 405 and not away.startswith("/account/disabled"):
                wrong[name, method] = (response.status_code, away)
    assert wrong == {}


def test_r7_the_api_refuses_the_session_and_the_key_of_a_disabled_person(world: World) -> None:
    account = make_account()
    _key, secret = accounts.create_key(
        actor=access_to_account(account), form_key=new_id(), name="ERP"
    )
    headers = {"Authorization": f"Bearer {secret}"}
    assert Client(headers=headers).get("/api/v1/trade-accounts").status_code == 200
    User.objects.filter(pk=account.created_by_id).update(
        registered_at=clock.now() - dt.timedelta(days=90)
    )
    services.disable_if_idle(user_id=account.created_by_id)
    assert Client(headers=headers).get("/api/v1/trade-accounts").status_code in {401, 403}
    session = world.client("disabled")
    for name, pattern in doors().items():
        if name.startswith("api:") and name != "api:nothing":
            assert session.get(path_of(name, pattern, world)).status_code == 403, name
