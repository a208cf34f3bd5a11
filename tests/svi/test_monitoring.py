"""Companies ask each other and answer; each sees only what the other shares (SVI1-SVI5)."""

from __future__ import annotations

import pytest

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
