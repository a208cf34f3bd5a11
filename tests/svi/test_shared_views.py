"""The views that cross the wall between companies limit themselves (ADR 25, I-4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from core.access import Access, for_user, system
from core.laid_views import LaidView
from core.row_security import ALL_ROWS, APP
from core.tenancy import beyond_tenants, bind
from security_models.machine import business_types
from svi.models import DirectoryEntry, DirectoryType, Monitor, Monitored, SeenChange, SeenType
from tests.factories import svi
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.tenancy.catalogue import CROSSING

pytestmark = pytest.mark.django_db

VIEWS = (DirectoryEntry, DirectoryType, Monitor, Monitored, SeenChange, SeenType)


def test_every_view_that_crosses_the_wall_is_named_and_tried_here() -> None:
    crossing = {one.name for one in LaidView.registry.values() if one.crosses_tenants}
    assert crossing == CROSSING == {view._meta.db_table for view in VIEWS}


def _scene() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)


@pytest.mark.parametrize("view", VIEWS)
def test_i4_a_view_shows_nothing_to_staff_the_system_strangers_and_other_companies(
    view: Any,
) -> None:
    _scene()
    stranger = svi.certified("Stranger")
    actors = [
        Access(),
        system("test"),
        for_user(UserFactory.create(staff_role="management")),
        for_user(UserFactory.create()),
        for_user(stranger.started_by),
    ]
    for actor in actors:
        bind(actor)
        assert not view.objects.exists(), actor
        with beyond_tenants("a test"):
            assert not view.objects.exists(), actor


@pytest.mark.parametrize("role", [APP, ALL_ROWS])
@pytest.mark.parametrize("act", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_i4_nobody_may_write_through_a_view(role: str, act: str) -> None:
    names = sorted(CROSSING)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_table_privilege(%s, name, %s)) FROM unnest(%s) AS name",
            [role, act, names],
        )
        assert cursor.fetchone() == (False,)


def test_svi5_a_type_that_was_never_certified_is_not_shown() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    make_type(shows, "exporter", status="applicant")
    with svi.acting(looks):
        assert [one.name for one in SeenType.objects.all()] == ["Importer"]


def test_svi5_one_type_that_is_suspended_makes_the_partner_not_certified_and_says_which() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    second = svi.certify_type(shows, "exporter")
    assert svi.seen(Monitored, looks) == {"Shows": ("accepted", True)}
    business_types.apply("suspend", second, actor=system("test"), reason="test")
    assert svi.seen(Monitored, looks) == {"Shows": ("accepted", False)}
    with svi.acting(looks):
        seen = {one.business_type_id: one.is_certified for one in SeenType.objects.all()}
    assert seen == {"importer": True, "exporter": False}
