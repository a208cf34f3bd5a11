"""The catalogue: what applies, at which level, and how an edit is noticed (P1, domain 6)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from security_models.models import SecurityModel
from security_profile.models import Applicability, Criterion
from security_profile.selectors import catalogue, criteria_of
from security_profile.selectors.catalogue import forget
from security_profile.services.catalogue import load_catalogue
from security_profile.states import Level
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_p1_a_profile_holds_the_criteria_of_its_business_type_alone(model: SecurityModel) -> None:
    codes = {one.code for one in criteria_of(model)}
    rows = Applicability.objects.filter(business_type_id="importer")
    assert codes == set(rows.values_list("criterion__code", flat=True))
    assert len(codes) == 94


def test_p1_must_beats_should_across_the_types_of_a_model(model: SecurityModel) -> None:
    make_type(model, "marine_port_terminal_operator")
    levels = dict(
        Applicability.objects.filter(criterion__code="9.2").values_list("business_type", "level")
    )
    assert levels["importer"] != levels["marine_port_terminal_operator"]
    mixed = next(one for one in criteria_of(model) if one.code == "9.2")
    assert mixed.level == Level.MUST
    assert mixed.types == ("importer", "marine_port_terminal_operator")


def test_p1_each_criterion_says_to_which_types_it_applies(model: SecurityModel) -> None:
    make_type(model, "exporter")
    first = criteria_of(model)[0]
    assert first.applies_to == "Applies to Importer and Exporter"


def test_numbers_from_50_on_are_stand_ins() -> None:
    known = catalogue()
    assert known.by_code["3.51"].is_stand_in
    assert not known.by_code["3.9"].is_stand_in


def test_criteria_come_in_the_order_of_their_numbers_and_not_of_the_alphabet() -> None:
    codes = [one.code for one in catalogue().criteria]
    assert codes.index("4.9") < codes.index("4.10")


def test_pages_cost_no_statement_for_the_catalogue() -> None:
    catalogue()
    with at_most(0):
        catalogue().for_types(["importer"])


def test_an_edit_in_the_admin_is_noticed() -> None:
    catalogue()
    Criterion.objects.filter(code="1.1").update(statement="Edited.")
    assert catalogue(fresh=True).by_code["1.1"].statement == "Edited."


def test_an_unchanged_catalogue_costs_one_statement_to_be_sure_of() -> None:
    catalogue()
    with at_most(1):
        catalogue(fresh=True)


def test_a_reload_never_overwrites_a_row_edited_in_the_admin() -> None:
    Criterion.objects.filter(code="1.1").update(statement="Edited.", shipped_hash="0" * 64)
    report = load_catalogue()
    assert report["criteria"].kept == ["1.1"]
    assert Criterion.objects.get(code="1.1").statement == "Edited."


def test_a_second_load_changes_nothing() -> None:
    reports = load_catalogue().values()
    assert not any(report.created or report.updated or report.kept for report in reports)


def test_a_new_business_type_needs_no_programmer(model: SecurityModel) -> None:
    from security_models.models import BusinessType

    BusinessType.objects.create(
        slug="drone_carrier", name="Drone Carrier", tiered=False, position=99
    )
    Applicability.objects.create(
        id="msc-2020:1.1:drone_carrier",
        criterion_id="msc-2020:1.1",
        business_type_id="drone_carrier",
        level=Level.MUST,
    )
    forget()
    assert [one.code for one in catalogue().for_types(["drone_carrier"])] == ["1.1"]


def test_the_criteria_of_every_type_can_be_read_before_an_application(client: Client) -> None:
    client.force_login(UserFactory.create())
    index = client.get(reverse("security_profile:criteria-index"))
    assert "Foreign Manufacturer" in index.content.decode()
    page = client.get(reverse("security_profile:criteria", args=["importer"])).content.decode()
    for one in catalogue().for_types(["importer"]):
        assert f'id="t{one.code}"' in page


def test_an_unknown_business_type_is_not_found(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get("/criteria/spaceship").status_code == 404


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/criteria/importer").status_code == 302
