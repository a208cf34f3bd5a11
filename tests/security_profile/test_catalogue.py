"""The catalogue: what applies, at which level, and how an edit is noticed (P1, domain 6)."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import reverse

from core import clock
from core.reference import rows_of
from security_models.models import SecurityModel
from security_profile.models import Applicability, Criterion, CriterionVersion, Response
from security_profile.selectors import catalogue, criteria_of
from security_profile.selectors.catalogue import forget
from security_profile.services.catalogue import load_catalogue
from security_profile.states import Level
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_model
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


@pytest.mark.parametrize(
    ("day", "level", "evidence"),
    [(dt.date(2022, 12, 31), Level.SHOULD, False), (dt.date(2023, 1, 1), Level.MUST, True)],
)
def test_p1_social_compliance_is_a_must_with_evidence_for_importers_since_2023(
    model: SecurityModel, day: dt.date, level: Level, evidence: bool
) -> None:
    with clock.at(day):
        mine = next(one for one in criteria_of(model) if one.code == "3.9")
        abroad = catalogue().for_types(["foreign_manufacturer"])
    theirs = next(one for one in abroad if one.code == "3.9")
    assert (mine.level, mine.entry.evidence_required) == (level, evidence)
    assert f" {level.value} have" in mine.entry.statement
    assert (theirs.level, theirs.entry.evidence_required) == (Level.SHOULD, False)
    assert " should have" in theirs.entry.statement


def test_p1_the_strictest_words_hold_for_a_model_of_several_types(model: SecurityModel) -> None:
    make_type(model, "foreign_manufacturer")
    mixed = next(one for one in criteria_of(model) if one.code == "3.9")
    assert (mixed.level, mixed.entry.evidence_required) == (Level.MUST, True)
    assert " must have" in mixed.entry.statement
    assert mixed.types == ("importer", "foreign_manufacturer")


def test_a_version_of_a_criterion_needs_no_programmer(model: SecurityModel) -> None:
    CriterionVersion.objects.create(
        id="msc-2020:1.2:importer:2026-01-01",
        criterion_id="msc-2020:1.2",
        business_type_id="importer",
        effective_on=dt.date(2026, 1, 1),
        level=Level.MUST,
        statement="You must have a team.",
        evidence_required=True,
    )
    now = next(one for one in criteria_of(model, fresh=True) if one.code == "1.2")
    assert (now.level, now.entry.statement) == (Level.MUST, "You must have a team.")


@pytest.mark.parametrize(
    ("code", "types"),
    [
        (
            "6.3",
            {
                "highway_carrier_us_canada",
                "highway_carrier_us_mexico",
                "highway_carrier_mexico_long_haul",
                "third_party_logistics",
            },
        ),
        ("7.36", {"sea_carrier"}),
    ],
)
def test_p1_the_criteria_of_carriers_are_musts_under_their_official_numbers(
    code: str, types: set[str]
) -> None:
    entry = catalogue().by_code[code]
    assert entry.levels == dict.fromkeys(types, Level.MUST)
    assert not entry.is_stand_in


def test_p3_records_are_asked_for_where_a_procedure_alone_proves_nothing() -> None:
    known = catalogue().by_code
    asked = {"3.6", "5.7", "6.6", "7.37", "9.15", "10.10"}
    assert {code for code in asked if known[code].evidence_required} == asked


def test_the_readme_of_the_criteria_counts_right() -> None:
    rows = rows_of("msc", "criteria.csv")
    asked = sum(row["evidence_required"] == "yes" for row in rows)
    recalled = sum(row["confidence"] == "recalled" for row in rows)
    applies = rows_of("msc", "applicability.csv")
    named = sum(row["confidence"] == "confirmed" for row in applies)
    words = (settings.REFERENCE_DIR / "msc" / "README.md").read_text(encoding="utf-8")
    assert f"{len(rows)} criteria and which" in words
    assert f"({asked} criteria, mostly written procedures)" in words
    assert f"So {recalled} of them" in words
    assert f"({len(rows) - recalled} criteria)" in words
    assert f"({named} rows:" in words


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_answered_under_a_stand_in_keeps_its_answer_under_the_official_number() -> None:
    model = make_model(make_account())
    renumber = import_module("security_profile.migrations.0006_official_number").renumber
    stand_in = Criterion.objects.get(pk="msc-2020:6.3")
    stand_in.pk, stand_in.code, stand_in.position = "msc-2020:6.53", "6.53", 6053
    stand_in.save(force_insert=True)
    Criterion.objects.filter(pk="msc-2020:6.3").delete()
    slug = "highway_carrier_us_mexico"
    Applicability.objects.create(
        id=f"{stand_in.pk}:{slug}", criterion=stand_in, business_type_id=slug, level=Level.MUST
    )
    Response.objects.create(
        security_model=model, criterion_id="msc-2020:6.53", text="Kept", updated_at=clock.now()
    )
    renumber(apps, SimpleNamespace(connection=connections["owner"]))
    assert Response.objects.get(text="Kept").criterion_id == "msc-2020:6.3"
    assert not Criterion.objects.filter(pk="msc-2020:6.53").exists()
    assert [row.pk for row in Applicability.objects.filter(criterion_id="msc-2020:6.3")] == [
        f"msc-2020:6.3:{slug}"
    ]


def test_no_saved_text_claims_an_act_of_the_program() -> None:
    """A saved reason may say what we saw, not what the portal never did."""
    claims = re.compile(
        r"\b[Ww]e(?:'ve| have) (?!not )\w+ed\b|\b(?:has|have) been (?:removed|deleted)"
    )
    for row in rows_of("program", "return_reasons.csv"):
        for field in ("text_to_partner", "what_to_do"):
            assert not claims.search(row[field]), row[field]


def test_the_program_is_spelled_one_way() -> None:
    root = settings.BASE_DIR
    files = [*settings.REFERENCE_DIR.rglob("*"), *(root / "templates").rglob("*.html")]
    files += [*(root / "docs").rglob("*.md"), root / "README.md", *root.glob("*/**/*.py")]
    ours = [
        one
        for one in files
        if one.is_file() and not {".venv", ".uv", "node_modules"} & {*one.parts}
    ]
    other = "C" + "TPAT"
    found = [str(one) for one in ours if other in one.read_text(encoding="utf-8")]
    assert not found


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
