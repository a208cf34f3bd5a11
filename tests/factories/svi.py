"""Companies that take part in SVI, and what is between them, made through the services."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from audit.services import model_scope
from core import clock
from core.access import Access, system
from core.crypto import encrypt, secret_hash
from core.ids import new_reference, new_secret
from core.tenancy import bind
from files.services import request_rendering
from security_models.machine import business_types
from security_models.models import BusinessTypeAccount, SecurityModel
from svi.machine import CONSENT
from svi.models import Consent, Monitoring, StatusProof
from svi.services import requests
from svi.services.answers import answer
from svi.services.requests import Asked, ask_to_be_monitored
from tests.factories.profile import access_to, make_type
from tests.factories.trade import make_account, make_model

_numbers = itertools.count(88_410_000)


def certified(name: str = "Brindle & Oat Pet Supply", slug: str = "importer") -> SecurityModel:
    """A company whose only business type is certified."""
    model = make_model(make_account(name))
    certify_type(model, slug)
    return model


def certify_type(model: SecurityModel, slug: str) -> BusinessTypeAccount:
    """One more business type, certified by the machine."""
    today = clock.today()
    account = make_type(
        model, slug, status="applicant", profile_approved_on=today, vetting_passed_on=today
    )
    business_types.apply(
        "certify",
        account,
        actor=system("test"),
        certified_on=today,
        account_number=str(next(_numbers)),
    )
    return account


def consenting(name: str = "Brindle & Oat Pet Supply", slug: str = "importer") -> SecurityModel:
    """A certified company that has signed the SVI Agreement."""
    model = certified(name, slug)
    consent(model)
    return model


def consent(model: SecurityModel) -> Consent:
    """The consent as signing leaves it, without the ceremony."""
    row = Consent.objects.create(
        security_model=model, status_at=clock.now(), status_by_name=model.started_by.name
    )
    CONSENT.begin(row, actor=access_to(model))
    return row


def other_company() -> SecurityModel:
    """A company of its own, as a row, without a status."""
    return make_model(make_account("Saltmarsh Rail Forwarding"))


def between(monitored: SecurityModel, monitor: SecurityModel) -> Monitoring:
    """A request that waits, as a row without history."""
    now = clock.now()
    return Monitoring.objects.create(
        monitored=monitored,
        monitor=monitor,
        status_at=now,
        asked_at=now,
        asked_by_id=monitored.started_by_id,
        asked_by_name=monitored.started_by.name,
    )


@contextmanager
def acting(model: SecurityModel) -> Iterator[Access]:
    """A contact of the company acts, and the database knows; afterwards the system does again."""
    access = access_to(model)
    bind(access)
    try:
        yield access
    finally:
        bind(system("test"))


def ask(monitored: SecurityModel, *monitors: SecurityModel, note: str = "") -> Asked:
    """Ask these companies."""
    with acting(monitored) as actor:
        return ask_to_be_monitored(
            actor=actor, model=monitored, partners=[one.pk for one in monitors], note=note
        )


def ask_to_monitor(monitor: SecurityModel, *monitored: SecurityModel, note: str = "") -> Asked:
    """Ask these companies to be monitored by one, where the program offers that."""
    with acting(monitor) as actor:
        return requests.ask_to_monitor(
            actor=actor, model=monitor, partners=[one.pk for one in monitored], note=note
        )


def asked(monitored: SecurityModel, monitor: SecurityModel, note: str = "") -> Monitoring:
    """A request of one company to another, which waits."""
    ask(monitored, monitor, note=note)
    return Monitoring.objects.get(monitored=monitored, monitor=monitor, status="pending")


def answered(row: Monitoring, what: str = "accept") -> Monitoring:
    """The same once the company that was asked has answered."""
    asked = row.monitored if row.asked_by_monitor else row.monitor
    with acting(asked) as actor:
        return answer(actor=actor, model=asked, monitoring_id=row.pk, what=what)


def accepted(monitored: SecurityModel, monitor: SecurityModel) -> Monitoring:
    """One company that monitors another."""
    return answered(asked(monitored, monitor))


def proof(model: SecurityModel) -> StatusProof:
    """A proof of the status of an account, as a row with a letter that the worker has to make."""
    rendering = request_rendering(
        kind="svi_letter", title="Status", scope=model_scope(model.pk), content={"to": "nobody"}
    )
    secret = new_secret()
    return StatusProof.objects.create(
        security_model=model,
        reference=new_reference("P"),
        recipient="Ostrander Freight",
        email="ostrander@freight.example",
        secret_hash=secret_hash(secret),
        kept_secret=encrypt(secret),
        until=clock.today() + dt.timedelta(days=90),
        made_at=clock.now(),
        made_by_id=model.started_by_id,
        made_by_name=model.started_by.name,
        letter=rendering,
    )


def suspend(model: SecurityModel) -> BusinessTypeAccount:
    """Suspend the only business type of a company."""
    account = model.business_types.get()
    business_types.apply("suspend", account, actor=system("test"), reason="test")
    return account


def reinstate(model: SecurityModel) -> BusinessTypeAccount:
    """Give it its status back."""
    account = model.business_types.get()
    business_types.apply("reinstate_certified", account, actor=system("test"), reason="test")
    return account


def seen(view: Any, model: SecurityModel) -> dict[str, Any]:
    """What a company sees through a view: the state of the request and the status, by partner."""
    with acting(model):
        rows = list(view.objects.filter(security_model_id=model.pk))
    return {row.name: (row.status, row.is_certified) for row in rows}
