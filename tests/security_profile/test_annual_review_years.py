"""The years of annual reviews: which of them count, and that none counts twice (P10, P11, P13)."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.models import DateField, Value
from django.test import Client
from django.urls import reverse

from core import clock
from core.program_days import DAY
from identity.models import User
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.facts.annual_reviews import Cycle, cycle_due_on, cycle_on
from security_profile.models import AnnualReview
from security_profile.selectors.annual_reviews import reviews_in
from security_profile.selectors.due_reviews import missed_cycles, rows_of, to_close
from security_profile.selectors.review_list import by_state, complete, derived, first_certified
from security_profile.staff_work import kinds
from tests.factories import annual
from tests.look.page import Page
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


def fulfilled(model: SecurityModel, cycle: Cycle) -> AnnualReview:
    """A review that was approved, as small as it can be."""
    return AnnualReview.objects.create(
        security_model=model,
        due_on=cycle.due_on,
        submission=model.submissions.get(),
        submitted_on=cycle.due_on,
    )


def listed(model: SecurityModel) -> Any:
    (row,) = first_certified(clock.today()).filter(security_model=model)
    complete([row])
    return row


@pytest.mark.parametrize("status", ["withdrawn", "removed", "suspended"])
def test_p13_when_the_first_type_ends_no_year_is_counted_again(
    model: SecurityModel, status: str
) -> None:
    first = model.business_types.get()
    annual.certify_another(model, 200)
    one, two, three = (Cycle(first.certified_on or dt.date.min, number) for number in (1, 2, 3))
    fulfilled(model, one)
    fulfilled(model, two)
    BusinessTypeAccount.objects.filter(pk=first.pk).update(status=status)
    with clock.at(three.opens_on):
        assert annual.today(model).cycle == three
        assert missed_cycles(three.anchor, rows_of([model.pk])[model.pk]) == []
        assert list(to_close("no sweep of this name has run")) == []
        assert [one.cycle for _model, one in reviews_in([model.pk])] == [three]
        row = listed(model)
        assert (row.due_on, row.missed) == (three.due_on, [])
        assert not by_state(first_certified(clock.today()), "closed_unfulfilled").exists()


def test_p13_an_account_of_which_every_type_has_ended_has_no_review(model: SecurityModel) -> None:
    BusinessTypeAccount.objects.update(status="withdrawn")
    with annual.at_due(model), pytest.raises(AssertionError):
        annual.today(model)
    assert not first_certified(clock.today()).exists()


# --- years before the portal asked ----------------------------------------------------------------

ANCHORS = (dt.date(2020, 2, 29), dt.date(2021, 3, 1), dt.date(2024, 12, 31), dt.date(2026, 11, 27))


@pytest.mark.parametrize("anchor", ANCHORS, ids=str)
def test_p11_a_review_that_was_due_before_the_portal_asked_is_neither_overdue_nor_missed(
    model: SecurityModel, settings: Any, anchor: dt.date
) -> None:
    since = dt.date(2026, 2, 28)
    settings.ANNUAL_REVIEWS_FROM = since.isoformat()
    base = BusinessTypeAccount.objects.filter(security_model=model)
    for days in range(-800, 1200, 13):
        today = since + days * DAY
        if today < anchor:
            continue
        cycle = cycle_on(anchor, today)
        assert cycle.due_on >= since
        assert all(one.due_on >= since for one in cycle.earlier())
        found = derived(base, today, Value(anchor, output_field=DateField())).get()
        assert found.due_on == cycle.due_on, today
    first = cycle_on(anchor, since)
    before = Cycle(anchor, first.number - 1)
    assert before.number == 0 or before.due_on < since
    assert cycle_due_on(anchor, before.due_on) is None
    assert cycle_due_on(anchor, first.due_on) == first


def test_p10_the_first_sweep_closes_no_year_before_the_portal_asked(
    model: SecurityModel, settings: Any
) -> None:
    three = annual.cycle(model, 3)
    settings.ANNUAL_REVIEWS_FROM = annual.cycle(model, 2).due_on.isoformat()
    with clock.at(three.opens_on):
        assert [one.cycle.number for one in to_close("no sweep of this name has run")] == [2]
        assert [one.due_on for one in listed(model).missed] == [annual.cycle(model, 2).due_on]
        assert by_state(first_certified(clock.today()), "closed_unfulfilled").exists()
        fulfilled(model, annual.cycle(model, 2))
        assert not by_state(first_certified(clock.today()), "closed_unfulfilled").exists()


def test_p11_a_wrong_first_day_ends_the_start_and_names_its_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANNUAL_REVIEWS_FROM", "next year")
    monkeypatch.delitem(sys.modules, "portal.settings.production", raising=False)
    with pytest.raises(ImproperlyConfigured, match="ANNUAL_REVIEWS_FROM"):
        importlib.import_module("portal.settings.production")


# --- one submission for two years -----------------------------------------------------------------


def test_p10_a_review_in_time_that_also_answers_a_late_one_is_not_called_late(
    model: SecurityModel,
) -> None:
    submission, (kind, *_others) = model.submissions.get(), kinds()
    late = fulfilled(model, annual.cycle(model, 1))
    late.submitted_on = late.due_on + 5 * DAY
    late.save(update_fields=["submitted_on"])
    newest = fulfilled(model, annual.cycle(model, 2))
    item: Any = SimpleNamespace(id=submission.pk)
    assert "Submitted late" not in kind.describe([item])[submission.pk].note
    AnnualReview.objects.filter(pk=newest.pk).update(submitted_on=newest.due_on + DAY)
    assert "Submitted late" in kind.describe([item])[submission.pk].note


# --- shown by the day -----------------------------------------------------------------------------


def client_of(model: SecurityModel) -> Client:
    client = Client()
    User.objects.update(password_changed_at=clock.now())
    client.force_login(User.objects.get(email=annual.EMPLOYEE))
    return client


def address(model: SecurityModel, name: str, **more: Any) -> str:
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return reverse(f"security_profile:{name}", kwargs=places)


def test_p11_a_missed_year_is_shown_to_the_company_before_any_worker_ran(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -91, number=3):
        page = client_of(model).get(address(model, "annual-review")).content.decode()
        said = Page(page).words("//main//section[@id='earlier']")
    assert said.count("Not done") == 1
    assert f"{annual.cycle(model, 1).due_on:%Y}" in said
    assert not AnnualReview.objects.exists()


@pytest.mark.parametrize(("days", "statements"), [(-91, 6), (-30, 7), (40, 7)])
def test_the_page_of_a_criterion_reads_the_review_in_one_statement_more(
    model: SecurityModel, days: int, statements: int
) -> None:
    with annual.at_due(model, days):
        client, url = client_of(model), address(model, "criterion", code="1.1")
        client.get(url)
        with at_most(statements):
            assert client.get(url).status_code == 200
