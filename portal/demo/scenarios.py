"""Named scenarios: a company brought to a certain state, through the services.

Browser tests and the demonstration use the same ones (``manage.py scenario NAME``). Each act
happens on its own day, counted back from today, so that histories look real.

To add a scenario, write a function with ``@scenario(name, about)`` that returns the model it made.
It calls acts of ``stage.py`` one after another, each within ``days_ago``, or continues where
another scenario ends (``second_round``). Put what an act needs of services into ``stage.py``, new
people and companies into ``cast.py``, and new answers into ``data/responses.csv``. Put its name and
final statuses into ``tests/demo/test_scenarios.py``, and its name into ``DEMO`` if visitors should
find it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from core import clock
from portal.demo import (
    annual_review,
    cast,
    change_requests,
    changed_answers,
    correspondence,
    library,
    monitoring,
    stage,
)
from portal.demo.cast import Application, Company, Person
from portal.demo.hashes import each_secret_hashed_once
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount


@dataclass(frozen=True)
class Scenario:
    """A name, what it shows, and the function that plays it."""

    name: str
    about: str
    play: Callable[[], SecurityModel]


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, about: str) -> Callable[[Callable[[], SecurityModel]], Scenario]:
    """Register a scenario."""

    def register(play: Callable[[], SecurityModel]) -> Scenario:
        SCENARIOS[name] = Scenario(name, about, play)
        return SCENARIOS[name]

    return register


def days_ago(days: int) -> AbstractContextManager[None]:
    """The given number of days before today, at some working hour."""
    day = clock.today() - dt.timedelta(days=days)
    hour = dt.time(9 + days * 5 % 8, days * 17 % 60)
    return clock.at(dt.datetime.combine(day, hour, tzinfo=clock.PROGRAM_ZONE))


def people() -> None:
    """Everyone registers first, in real time, because passwords age from today. Some have been away
    since.
    """
    members = [person for company in cast.COMPANIES for person, _role in company.people]
    with each_secret_hashed_once():
        for person in (*cast.STAFF, *members, cast.OCTAVIA):
            with days_ago(person.away_days) if person.away_days else nullcontext():
                stage.register(person)


def _account(company: Company, days: int) -> TradeAccount:
    found = TradeAccount.objects.filter(name=company.name).first()
    if found is not None:
        return found
    people()
    with days_ago(days):
        return stage.open_account(company)


def _answered(company: Company, application: Application, days: int) -> SecurityModel:
    """An application with all criteria answered, some days after it was started."""
    account = _account(company, days + 2)
    with days_ago(days):
        model = stage.apply(company, account, application)
    with days_ago(max(days - 5, 0)):
        stage.answer_profile(company, model, application)
    return model


def _certified(
    company: Company,
    specialist: Person,
    *,
    started: int,
    signed: int,
    claimed: int,
    vetted: int,
    days: int,
) -> SecurityModel:
    """A company that was certified some days ago; each step happened so many days ago."""
    model = _answered(company, company.application, started)
    with days_ago(signed):
        submission = stage.sign(company, model)
    staff, management = stage.register(specialist), stage.register(cast.ODALYS)
    with days_ago(claimed):
        stage.claim(staff, model)
    with days_ago(vetted):
        stage.vet(management, model)
    with days_ago(days):
        stage.review(staff, submission, {})
    return model


@scenario("draft", "Old Kettle Packaging has answered a third of its criteria")
def draft() -> SecurityModel:
    """A draft with a deed of incorporation, far from complete, 21 days old."""
    company, application = cast.OLD_KETTLE, cast.OLD_KETTLE.application
    account = _account(company, 23)
    with days_ago(21):
        model = stage.apply(company, account, application)
    with days_ago(6):
        stage.answer_profile(company, model, application, share=0.35)
    return model


@scenario("ready", "Larkspur Customs Brokers has answered everything; an Officer can sign")
def ready() -> SecurityModel:
    """Complete, not yet signed."""
    return _answered(cast.LARKSPUR, cast.LARKSPUR.application, 19)


@scenario("submitted", "Larkspur Customs Brokers has submitted and waits in the pool")
def submitted() -> SecurityModel:
    """Signed four days ago; no specialist has taken it."""
    model = ready.play()
    with days_ago(4):
        stage.sign(cast.LARKSPUR, model)
    return model


@scenario("returned-once", "Halfmoon Drayage got three criteria back")
def returned_once() -> SecurityModel:
    """One round, one consolidated return, waiting for the partner."""
    model = _answered(cast.HALFMOON, cast.HALFMOON.application, 40)
    with days_ago(28):
        submission = stage.sign(cast.HALFMOON, model)
    jonah = stage.register(cast.JONAH)
    with days_ago(25):
        stage.claim(jonah, model)
    with days_ago(9):
        stage.review(jonah, submission, changed_answers.RETURNED)
    stage.disable_idle(cast.HALFMOON)
    return model


@scenario("second-round", "Halfmoon Drayage has answered the return; the second round waits")
def second_round() -> SecurityModel:
    """The three criteria are changed and submitted again."""
    model = returned_once.play()
    with days_ago(3):
        stage.answer_return(cast.HALFMOON, model, changed_answers.ANSWERED)
        stage.sign(cast.HALFMOON, model)
    return model


@scenario("certified", "Thistlewick Home Goods is certified as importer and drafts as exporter")
def certified() -> SecurityModel:
    """Both gates passed; a second C-TPAT account of the same company is a draft."""
    company = cast.THISTLEWICK
    model = _certified(company, cast.JONAH, started=110, signed=95, claimed=92, vetted=60, days=41)
    if company.second is not None:
        with days_ago(12):
            second = stage.apply(company, model.trade_account, company.second)
        with days_ago(8):
            stage.answer_profile(company, second, company.second, share=0.2)
    return model


@scenario("updated", "Thistlewick Home Goods, certified, has updated three answers since")
def updated() -> SecurityModel:
    """A second approval, so that three criteria have two versions."""
    company = cast.THISTLEWICK
    model = certified.play()
    with days_ago(6):
        stage.answer_return(company, model, changed_answers.UPDATED)
        submission = stage.sign(company, model)
    with days_ago(3):
        stage.review(stage.register(cast.JONAH), submission, {})
    correspondence.exchange(company, cast.JONAH, model, days_ago)
    library.fill(company, cast.JONAH, model, days_ago)
    change_requests.exchange(company, cast.JONAH, model, days_ago)
    return model


@scenario("reviewing", "Quillfeather Textiles is in the middle of its annual review")
def reviewing() -> SecurityModel:
    """Certified 335 days ago: the window is open for two months, and one month is left."""
    company = cast.QUILLFEATHER
    model = _certified(
        company, cast.IMRE, started=420, signed=400, claimed=395, vetted=350, days=335
    )
    with days_ago(12):
        annual_review.begin(company, model, changed_answers.REVIEWED)
    return model


@scenario("monitoring", "Quillfeather Textiles is monitored by Thistlewick Home Goods in SVI")
def monitoring_each_other() -> SecurityModel:
    """Both have signed the SVI Agreement; the other way round, a request waits."""
    one = _played(cast.THISTLEWICK, updated)
    two = _played(cast.QUILLFEATHER, reviewing)
    monitoring.exchange((cast.THISTLEWICK, one), (cast.QUILLFEATHER, two), days_ago)
    monitoring.show_outsiders((cast.THISTLEWICK, one), days_ago)
    return two


def _played(company: Company, where: Scenario) -> SecurityModel:
    """The account of a company, brought to where a scenario ends unless it is there already."""
    found = SecurityModel.objects.filter(trade_account__name=company.name)
    return found.order_by("started_at").first() or where.play()


#: What ``manage.py load_demo`` plays.
DEMO = ("updated", "returned-once", "submitted", "draft", "reviewing", "monitoring")
