"""Two people at once: one succeeds, nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core.errors import Refused, Stale
from core.ids import new_id
from security_models import services
from security_models.models import (
    BusinessTypeAccount,
    EntityIdentifier,
    InvitationCode,
    SecurityModel,
)
from security_models.selectors import contacts_of
from security_models.selectors.addresses import chosen_addresses, seen_as
from security_models.selectors.contacts import seen_as as contacts_seen_as
from security_models.selectors.eligibility import newest_run
from tests.factories.models import (
    access_to,
    access_to_account,
    answer_all,
    complete_profile,
    make_address,
    make_code,
)
from tests.factories.trade import make_account, make_contact, make_model
from tests.patience import PATIENCE
from trade_accounts import services as account_services

pytestmark = pytest.mark.django_db(transaction=True)


def both(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts at the same moment, each on its own connection; refusals are results."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=PATIENCE)
            return act()
        except (Refused, Stale) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results: list[Any]) -> int:
    return sum(isinstance(one, Refused | Stale) for one in results)


def test_starting_twice_at_once_makes_one_application() -> None:
    account = make_account()
    access, key = access_to_account(account), new_id()

    def start() -> SecurityModel:
        return services.start_application(actor=access, form_key=key, role="officer")

    first, second = both(start, start)
    assert first.pk == second.pk == key
    assert SecurityModel.objects.count() == 1


def test_one_invitation_code_is_claimed_by_one_of_two_companies() -> None:
    make_code("INV-Q7Q7-0042", "foreign_manufacturer", "VN")
    models = [make_model(make_account(name)) for name in ("Hai Phong Yarn", "Da Nang Cloth")]
    for model in models:
        make_address(model.trade_account, city="Hai Phong", state="", country="VN")
        answer_all(model, "foreign_manufacturer", FMF1="elsewhere")

    def claim(model: SecurityModel) -> Callable[[], EntityIdentifier]:
        access = access_to(model)
        return lambda: services.add_identifier(
            actor=access, model=model, form_key=new_id(), kinds=["INVITATION"],
            value="INV-Q7Q7-0042",
        )  # fmt: skip

    results = both(*[claim(model) for model in models])
    assert refusals(results) == 1
    used_by = InvitationCode.objects.get().used_by_id
    assert [one.security_model_id for one in EntityIdentifier.objects.all()] == [used_by]


def test_two_contacts_answer_the_same_question_and_one_is_told() -> None:
    model = make_model(make_account())
    version = newest_run(model).version
    people = [model.started_by, make_contact(model).membership.user]

    def answer(number: int) -> Callable[[], Any]:
        access = access_to(model, people[number])
        return lambda: services.answer(
            actor=access, model=model, question="START1", answer=["rail", "sea"][number],
            version=version,
        )  # fmt: skip

    results = both(answer(0), answer(1))
    assert refusals(results) == 1
    assert len(newest_run(model).answers) == 1


def test_the_same_number_added_twice_at_once_is_there_once() -> None:
    model = make_model(make_account())
    answer_all(model)
    access = access_to(model)

    def add() -> EntityIdentifier:
        return services.add_identifier(
            actor=access, model=model, form_key=new_id(), kinds=["EIN"], value="00-1234567"
        )

    assert refusals(both(add, add)) == 1
    assert EntityIdentifier.objects.count() == 1


def test_an_address_is_not_removed_while_it_is_chosen() -> None:
    model = make_model(make_account())
    make_address(model.trade_account)
    yard = make_address(model.trade_account, name="Yard", types=["yard_terminal"])
    access, account = access_to(model), access_to_account(model.trade_account)
    results = both(
        lambda: services.save_addresses(
            actor=access, model=model, seen=seen_as([]), primary=yard.pk, mailing=yard.pk
        ),
        lambda: account_services.remove_address(actor=account, address_id=yard.pk),
    )
    yard.refresh_from_db()
    assert refusals(results) == 1
    assert bool(chosen_addresses(model)) == (yard.removed_at is None)


def test_two_officers_submit_at_once_and_the_account_is_an_applicant_once() -> None:
    model = make_model(make_account())
    complete_profile(model)
    other = make_contact(model, role="officer").membership.user
    results = both(
        *[
            lambda access=access: services.mark_submitted(actor=access, model=model)
            for access in (access_to(model), access_to(model, other))
        ]
    )
    assert refusals(results) == 0
    assert BusinessTypeAccount.objects.get().status == "applicant"


def _begin(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Start an act on a separate connection; its result is added to the list."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(act())
        except (Refused, DatabaseError) as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_s5_an_officer_cannot_leave_while_the_other_one_is_taken_off() -> None:
    model = make_model(make_account())
    complete_profile(model)
    leaving = make_contact(model, role="officer").membership
    services.mark_submitted(actor=access_to(model), model=model)
    stays = make_contact(model).membership
    now = contacts_of(model)
    access, account = access_to(model), access_to_account(model.trade_account)
    roles = {one.membership_id: one.role for one in now}
    own = next(key for key in roles if key not in {leaving.pk, stays.pk})
    roles[own] = "employee"
    with transaction.atomic():
        services.save_contacts(
            actor=access, model=model, seen=contacts_seen_as(now), roles=roles, primary=own
        )
        thread, outcome = _begin(
            lambda: account_services.end_membership(actor=account, membership_id=leaving.pk)
        )
        thread.join(1)
    thread.join(20)
    assert isinstance(outcome[0], Refused), outcome
    assert [one.role for one in contacts_of(model)].count("officer") == 1
