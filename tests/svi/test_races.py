"""Companies that act on each other at the same moment, on separate connections: one wins (SVI2-4).

Where the order matters, one of two stops inside its transaction until the other waits for it, or
has passed it: both orders end in a state that the rules allow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from core.access import Access
from core.errors import Refused
from core.ids import new_id
from core.tenancy import on_behalf_of
from security_models.models import SecurityModel
from svi.models import Consent, Monitoring
from svi.selectors.proofs import valid_counts
from svi.services.answers import answer
from svi.services.consent import revoke_consent
from svi.services.proofs import make_proof, revoke_proof, send_proof
from svi.services.requests import ask_to_be_monitored, withdraw
from svi.states import LISTED
from tests.factories import svi
from tests.factories.profile import access_to
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

NO_SIGNATURE: Any = None
WAITS = """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE datname = current_database() AND NOT granted"""


def _acting(model: SecurityModel, act: Callable[[Access], Any]) -> Callable[[], Any]:
    """The act by a contact of this company in a transaction of its own."""
    access = access_to(model)

    def run() -> Any:
        with on_behalf_of(access):
            return act(access)

    return run


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts together; their results or refusals."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(PATIENCE)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def _while_another(
    monkeypatch: pytest.MonkeyPatch,
    within: str,
    first: Callable[[], Any],
    second: Callable[[], Any],
) -> list[Any]:
    """Begin ``first``; once it has called ``within``, run ``second`` until it ends or waits for a
    lock; then let ``first`` end.
    """
    module, name = within.rsplit(".", 1)
    real = getattr(__import__(module, fromlist=[name]), name)
    is_inside, may_end = threading.Event(), threading.Event()

    def held(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        if not is_inside.is_set():
            is_inside.set()
            assert may_end.wait(PATIENCE)
        return found

    monkeypatch.setattr(within, held)

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(run, first)
        assert is_inside.wait(PATIENCE)
        two = threads.submit(run, second)
        while not two.done() and not _someone_waits():
            pass  # each look asks the database
        may_end.set()
        return [one.result(PATIENCE), two.result(PATIENCE)]


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        [(count,)] = cursor.fetchall()
    return bool(count)


def _asked(monitored: SecurityModel, monitor: SecurityModel) -> Monitoring:
    with transaction.atomic():
        return svi.asked(monitored, monitor)


def _accepts(row: Monitoring, what: str = "accept") -> Callable[[], Any]:
    monitor = row.monitor
    return _acting(
        monitor,
        lambda access: answer(actor=access, model=monitor, monitoring_id=row.pk, what=what),
    )


def _revokes(model: SecurityModel) -> Callable[[], Any]:
    return _acting(
        model,
        lambda access: revoke_consent(actor=access, model=model, signature=NO_SIGNATURE),
    )


def test_svi2_who_accepts_while_the_other_revokes_sees_nothing_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = _asked(shows, looks)
    within = "svi.services.answers.participation"
    _while_another(monkeypatch, within, _accepts(row), _revokes(shows))
    row.refresh_from_db()
    assert row.status == "ended"
    assert Consent.objects.get(security_model=shows).status == "revoked"


def test_svi2_who_asks_while_the_other_revokes_stands_on_no_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Other")
    ask = _acting(
        asks,
        lambda access: ask_to_be_monitored(actor=access, model=asks, partners=[other.pk], note=""),
    )
    _while_another(monkeypatch, "svi.services.requests.participation", ask, _revokes(other))
    assert not Monitoring.objects.filter(status__in=LISTED).exists()


def test_svi2_a_proof_that_is_made_while_the_agreement_is_revoked_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = svi.consenting()
    make = _acting(
        model,
        lambda access: make_proof(
            actor=access, model=model, form_key=new_id(), recipient="A bank", days=30
        ),
    )
    _while_another(monkeypatch, "svi.services.proofs.participation", make, _revokes(model))
    assert valid_counts([model]) == {}


def test_svi_a_proof_that_is_revoked_while_it_is_emailed_is_not_emailed_afterwards() -> None:
    model = svi.consenting()
    proof = svi.proof(model)
    end = _acting(model, lambda access: revoke_proof(actor=access, model=model, proof_id=proof.pk))
    send = _acting(model, lambda access: send_proof(actor=access, model=model, proof_id=proof.pk))
    _at_once(end, send)
    with pytest.raises(Refused):
        send()


def test_svi3_two_contacts_who_ask_the_same_company_make_one_request() -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Other")
    ask = _acting(
        asks,
        lambda access: ask_to_be_monitored(actor=access, model=asks, partners=[other.pk], note=""),
    )
    _at_once(ask, ask, ask)
    assert Monitoring.objects.count() == 1


def test_svi3_companies_that_ask_each_other_do_not_wait_for_each_other() -> None:
    one, two = svi.consenting("One"), svi.consenting("Two")

    def ask(asks: SecurityModel, other: SecurityModel) -> Callable[[], Any]:
        return _acting(
            asks,
            lambda access: ask_to_be_monitored(
                actor=access, model=asks, partners=[other.pk], note=""
            ),
        )

    _at_once(ask(one, two), ask(two, one))
    assert Monitoring.objects.count() == 2


def test_svi4_a_request_that_is_withdrawn_while_it_is_accepted_has_one_end() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = _asked(shows, looks)
    take_back = _acting(
        shows, lambda access: withdraw(actor=access, model=shows, monitoring_id=row.pk)
    )
    refused = [one for one in _at_once(_accepts(row), take_back) if isinstance(one, Refused)]
    row.refresh_from_db()
    assert len(refused) == 1
    assert row.status in {"accepted", "withdrawn"}


def test_svi2_both_companies_that_revoke_at_once_end_everything_between_them() -> None:
    one, two = svi.consenting("One"), svi.consenting("Two")
    with transaction.atomic():
        svi.accepted(one, two)
        svi.accepted(two, one)
    _at_once(_revokes(one), _revokes(two))
    assert set(Monitoring.objects.values_list("status", flat=True)) == {"ended"}
    assert set(Consent.objects.values_list("status", flat=True)) == {"revoked"}
