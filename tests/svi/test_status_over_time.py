"""The status of a partner over the last 24 months, drawn and in words; what needs attention."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from core import clock
from security_models.models import SecurityModel
from svi.models import Monitoring, PartnerNote
from svi.presentation.history import BAR_WIDTH, bar_of, months_ago, periods_of
from svi.services.notes import mark_verified
from svi.states import SharedStatus
from tests.factories import svi

ONE, OTHER = "one", "other"
FIRST, TODAY = dt.date(2025, 1, 1), dt.date(2026, 12, 31)
YES, NO = SharedStatus.CERTIFIED, SharedStatus.NOT_CERTIFIED


def _noon(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), clock.PROGRAM_ZONE)


def _partner(accepted: dt.date | None, *types: str) -> Any:
    return SimpleNamespace(
        accepted_at=_noon(accepted) if accepted else None,
        types=[SimpleNamespace(type_account_id=one) for one in types],
    )


def _change(on: dt.date, is_certified: bool, kind: str = ONE) -> Any:
    return SimpleNamespace(
        pk=f"{kind}{on}", type_account_id=kind, is_certified=is_certified, at=_noon(on), on=on
    )


def _periods(partner: Any, *changes: Any) -> list[tuple[SharedStatus | None, dt.date]]:
    found = periods_of(partner, changes, FIRST, TODAY)
    assert (found[0].first, found[-1].last) == (FIRST, TODAY)
    for before, after in pairwise(found):
        assert before.last + dt.timedelta(days=1) == after.first
        assert before.status != after.status
    return [(one.status, one.first) for one in found]


def test_svi5_before_the_acceptance_no_status_is_shown() -> None:
    accepted = dt.date(2025, 6, 1)
    assert _periods(_partner(None, ONE), _change(dt.date(2024, 1, 1), True)) == [(None, FIRST)]
    found = _periods(_partner(accepted, ONE), _change(dt.date(2024, 1, 1), True))
    assert found == [(None, FIRST), (YES, accepted)]


def test_svi5_one_type_that_is_not_certified_makes_the_partner_not_certified() -> None:
    changes = [
        _change(dt.date(2020, 1, 1), True),
        _change(dt.date(2020, 1, 1), True, OTHER),
        _change(dt.date(2025, 3, 1), False, OTHER),
        _change(dt.date(2025, 4, 1), False),
        _change(dt.date(2025, 5, 1), True),
        _change(dt.date(2025, 7, 1), True, OTHER),
        _change(dt.date(2025, 8, 1), False, "not shared any longer"),
    ]
    found = _periods(_partner(dt.date(2021, 1, 1), ONE, OTHER), *changes)
    assert found == [(YES, FIRST), (NO, dt.date(2025, 3, 1)), (YES, dt.date(2025, 7, 1))]


def test_svi5_the_parts_of_a_bar_fill_it_and_are_told_in_words() -> None:
    partner = _partner(dt.date(2025, 6, 1), ONE)
    changes = [_change(dt.date(2024, 1, 1), True), _change(TODAY, False)]
    bar = bar_of(periods_of(partner, changes, FIRST, TODAY))
    assert [part.status for part in bar.parts] == ["", "certified", "not_certified"]
    assert [part.x for part in bar.parts[1:]] == [
        bar.parts[0].width,
        bar.parts[0].width + bar.parts[1].width,
    ]
    assert all(part.width > 0 for part in bar.parts)
    assert bar.parts[-1].x <= BAR_WIDTH
    assert "Certified from Jun 1, 2025 to Dec 30, 2026" in bar.words
    assert "Not monitored from Jan 1, 2025" in bar.words


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (dt.date(2026, 12, 31), dt.date(2024, 12, 1)),
        (dt.date(2026, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(2024, 2, 29), dt.date(2022, 2, 1)),
    ],
)
def test_a_bar_begins_with_the_month_two_years_ago(today: dt.date, first: dt.date) -> None:
    assert months_ago(today) == first


# --- the pages ------------------------------------------------------------------------------------


def _page(model: SecurityModel, query: str = "") -> str:
    client = Client()
    client.force_login(model.started_by)
    path = reverse("svi:monitored", kwargs={"trade_id": model.trade_account_id})
    return client.get(path + query).content.decode()


ALERT = "Partners that are no longer certified"


@pytest.mark.django_db
def test_svi7_a_partner_that_is_no_longer_certified_is_named_above_the_list_for_30_days() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    assert ALERT not in _page(looks)
    svi.suspend(shows)
    assert ALERT in _page(looks)
    assert ALERT not in _page(shows), "who is monitored is told nothing of itself"
    with time_machine.travel(clock.now() + dt.timedelta(days=31), tick=False):
        assert ALERT not in _page(looks)


@pytest.mark.django_db
def test_svi7_the_alert_ends_with_the_monitoring_and_with_the_certification() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    svi.suspend(shows)
    svi.reinstate(shows)
    assert ALERT not in _page(looks)
    svi.suspend(shows)
    svi.answered(row, "revoke")
    assert ALERT not in _page(looks)


LATE = '<span class="late">Not in the last 12 months</span>'


@pytest.mark.django_db
def test_svi_a_partner_that_was_not_verified_for_a_year_is_marked() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.asked(shows, looks)
    assert LATE not in _page(looks), "nothing can be verified yet"
    svi.answered(row)
    assert LATE not in _page(looks), "it was accepted today"
    Monitoring.objects.update(accepted_at=clock.now() - dt.timedelta(days=367))
    assert LATE in _page(looks)
    assert "Shows" in _page(looks, "?verified=long_ago")
    with svi.acting(looks) as actor:
        mark_verified(actor=actor, model=looks, monitoring_ids=[row.pk])
    assert LATE not in _page(looks)
    PartnerNote.objects.update(verified_on=clock.today() - dt.timedelta(days=366))
    assert LATE in _page(looks)
    assert "Shows" in _page(looks, "?verified=long_ago")


@pytest.mark.django_db
def test_svi_own_notes_outlive_a_removal_and_stay_ones_own() -> None:
    shows, looks, others = (svi.consenting(name) for name in ("Shows", "Looks", "Others"))
    first = svi.accepted(shows, looks)
    about_others = svi.accepted(others, looks)
    PartnerNote.objects.create(security_model=looks, monitoring=about_others, reference="V-2")
    note = PartnerNote.objects.create(
        security_model=looks, monitoring=first, reference="V-1", verified_on=clock.today()
    )
    svi.answered(first, "remove")
    again = svi.asked(shows, looks)
    assert again.pk != first.pk
    note.refresh_from_db()
    assert (note.monitoring_id, note.reference) == (again.pk, "V-1")
    assert "V-1" in _page(looks)
    svi.answered(svi.answered(again), "remove")
    third = svi.asked(shows, looks)
    assert PartnerNote.objects.get(monitoring=third).reference == "V-1"
    assert PartnerNote.objects.get(monitoring=about_others).reference == "V-2"
    assert Monitoring.objects.count() == 4
