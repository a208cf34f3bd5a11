"""Companies ask each other and answer; each sees only what the other shares (SVI1-SVI5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from core import clock
from core.errors import NotVisible, Refused
from svi.models import DirectoryEntry, Monitor, Monitored, Monitoring, SeenType
from svi.services.requests import withdraw
from tests.factories import svi

pytestmark = pytest.mark.django_db


def test_svi3_the_directory_shows_consenting_certified_companies_to_such_companies() -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Other")
    silent, suspended = svi.certified("Silent"), svi.consenting("Suspended")
    svi.suspend(suspended)
    for one in (asks, other):
        with svi.acting(one):
            assert {one.name for one in DirectoryEntry.objects.all()} == {"Asks", "Other"}
    for outsider in (silent, suspended):
        with svi.acting(outsider):
            assert not DirectoryEntry.objects.exists()


def test_svi5_a_status_is_seen_only_while_monitoring_is_accepted() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.asked(shows, looks, "We carry your loads.")
    assert svi.seen(Monitored, looks) == {"Shows": ("pending", None)}
    assert svi.seen(Monitor, shows) == {"Looks": ("pending", None)}
    svi.answered(row)
    assert svi.seen(Monitored, looks) == {"Shows": ("accepted", True)}
    assert svi.seen(Monitor, shows) == {"Looks": ("accepted", True)}
    svi.suspend(shows)
    assert svi.seen(Monitored, looks) == {"Shows": ("accepted", False)}
    svi.answered(row, "revoke")
    assert svi.seen(Monitored, looks) == {"Shows": ("revoked", None)}
    with svi.acting(looks):
        assert not SeenType.objects.exists()


def test_svi4_who_was_declined_cannot_ask_again_until_removed() -> None:
    asks, refuses = svi.consenting("Asks"), svi.consenting("Refuses")
    row = svi.answered(svi.asked(asks, refuses), "decline")
    done = svi.ask(asks, refuses)
    assert ([one.name for one in done.passed], done.asked) == (["Refuses"], ())
    svi.answered(row, "remove")
    done = svi.ask(asks, refuses)
    assert [one.name for one in done.asked] == ["Refuses"]
    assert Monitoring.objects.filter(monitored=asks).count() == 2


def test_svi1_only_who_consents_and_is_certified_asks_and_accepts() -> None:
    asks, other = svi.certified("Asks"), svi.consenting("Other")
    with pytest.raises(Refused, match="SVI Agreement"):
        svi.ask(asks, other)
    svi.consent(asks)
    row = svi.asked(asks, other)
    svi.suspend(other)
    with pytest.raises(Refused, match="certified or above"):
        svi.answered(row)
    assert svi.answered(row, "decline").status == "declined"


def test_svi3_a_request_is_withdrawn_by_who_asked_alone() -> None:
    asks, other, third = (svi.consenting(name) for name in ("Asks", "Other", "Third"))
    row = svi.asked(asks, other)
    for stranger in (other, third):
        with pytest.raises(NotVisible), svi.acting(stranger) as actor:
            withdraw(actor=actor, model=stranger, monitoring_id=row.pk)
    with svi.acting(asks) as actor:
        assert withdraw(actor=actor, model=asks, monitoring_id=row.pk).status == "withdrawn"
    assert svi.seen(Monitored, other) == {}


def test_svi4_who_asks_and_withdraws_again_and_again_is_passed_over() -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Other")
    for _n in range(3):
        row = svi.asked(asks, other)
        with svi.acting(asks) as actor:
            withdraw(actor=actor, model=asks, monitoring_id=row.pk)
    assert [one.pk for one in svi.ask(asks, other).passed] == [other.pk]
    with time_machine.travel(clock.now() + dt.timedelta(days=31), tick=False):
        assert [one.pk for one in svi.ask(asks, other).asked] == [other.pk]


def test_svi_a_company_asks_so_many_others_a_day(settings: Any) -> None:
    settings.SVI_REQUESTS_A_DAY = 2
    asks, *others = (svi.consenting(f"Company {n}") for n in range(4))
    svi.ask(asks, *others[:2])
    with pytest.raises(Refused) as refused:
        svi.ask(asks, others[2])
    assert refused.value.code == "too_many_today"
    with time_machine.travel(clock.now() + dt.timedelta(days=1), tick=False):
        assert svi.ask(asks, others[2]).asked


def test_svi4_a_block_holds_whichever_way_the_company_asks(settings: Any) -> None:
    settings.SVI_BOTH_DIRECTIONS = True
    blocked, blocks = svi.consenting("Blocked"), svi.consenting("Blocks")
    svi.answered(svi.asked(blocked, blocks), "decline")
    assert not svi.ask_to_monitor(blocked, blocks).asked


def test_svi5_since_is_the_day_from_which_one_type_is_not_certified() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    with time_machine.travel(clock.now() + dt.timedelta(days=10), tick=False):
        svi.suspend(shows)
        suspended_on = clock.today()
    with time_machine.travel(clock.now() + dt.timedelta(days=20), tick=False):
        svi.certify_type(shows, "exporter")
        with svi.acting(looks):
            seen = Monitored.objects.get()
    assert (seen.is_certified, seen.certified_since) == (False, suspended_on)
