"""Addresses, papers, blockers, submission, the frozen content."""

from __future__ import annotations

import uuid
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.crypto import canonical
from core.errors import NotAllowed, Refused, Stale
from core.ids import new_id
from files.states import ScanState
from security_models import services
from security_models.checks import blockers_of, company_profile_blockers
from security_models.models import BusinessTypeAccount, SecurityModel, SupportingPaper
from security_models.selectors import facts_of
from security_models.selectors.addresses import chosen_addresses, seen_as
from security_models.selectors.company_profile import content_of
from security_models.selectors.eligibility import newest_run
from security_models.selectors.numbers_and_papers import papers_of
from security_models.states import PaperKind
from tests.factories.models import (
    access_to,
    answer_all,
    complete_profile,
    make_address,
    submitted,
)
from tests.factories.trade import make_account, make_contact, make_model
from tests.security_models.test_eligibility import SLUGS

pytestmark = pytest.mark.django_db
DEED = PaperKind.DEED_OF_INCORPORATION


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def codes(model: SecurityModel) -> list[str]:
    return [one.code for one in company_profile_blockers(model)]


# --- addresses ------------------------------------------------------------------------------------


def save(model: SecurityModel, **choice: Any) -> None:
    seen = choice.pop("seen", seen_as(chosen_addresses(model)))
    services.save_addresses(
        actor=access_to(model),
        model=model,
        seen=seen,
        **choice,
    )


def test_s4_primary_and_mailing_may_be_the_same_and_others_are_secondary(
    model: SecurityModel,
) -> None:
    seat, yard = make_address(model.trade_account), make_address(model.trade_account, name="Yard")
    save(model, primary=seat.pk, mailing=seat.pk, secondary=[yard.pk, seat.pk])
    marks = {
        one.address_id: (one.is_primary, one.is_mailing, one.is_secondary)
        for one in chosen_addresses(model)
    }
    assert marks == {seat.pk: (True, True, False), yard.pk: (False, False, True)}


def test_s4_both_must_be_chosen_and_every_problem_is_said_at_once(model: SecurityModel) -> None:
    with pytest.raises(Refused) as refusal:
        save(model, primary=None, mailing=uuid.uuid4(), secondary=[uuid.uuid4()])
    assert [one.field for one in refusal.value.problems] == ["primary", "mailing", "secondary"]


def test_s4_addresses_of_other_companies_are_refused(model: SecurityModel) -> None:
    foreign = make_address(make_account("Old Kettle Packaging"))
    with pytest.raises(Refused):
        save(model, primary=foreign.pk, mailing=foreign.pk)


def test_p5_somebody_else_chose_in_the_meantime(model: SecurityModel) -> None:
    seat, yard = make_address(model.trade_account), make_address(model.trade_account)
    seen = seen_as([])
    save(model, primary=seat.pk, mailing=seat.pk)
    save(model, primary=seat.pk, mailing=seat.pk, seen=seen)
    with pytest.raises(Stale):
        save(model, primary=yard.pk, mailing=yard.pk, seen=seen)


# --- supporting papers ----------------------------------------------------------------------------


def upload(name: str = "acta.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, BytesIO(b"Acta constitutiva, escritura 1234.").read())


def test_a_deed_is_asked_for_where_an_rfc_is_required(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    assert "deed_missing" in codes(model)
    other = make_model(make_account("Old Kettle Packaging"))
    answer_all(other)
    assert "deed_missing" not in codes(other)


def test_a_deed_counts_when_it_was_checked(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    paper = services.add_paper(
        actor=access_to(model), model=model, form_key=new_id(), kind=DEED, file=upload()
    )
    problem = next(one for one in company_profile_blockers(model) if one.code == "deed_missing")
    assert "still being checked" in str(problem.message)
    type(paper.file).objects.filter(pk=paper.file_id).update(state=ScanState.CLEAN)
    assert "deed_missing" not in codes(model)
    type(paper.file).objects.filter(pk=paper.file_id).update(state=ScanState.INFECTED)
    assert "deed_missing" in codes(model)


def test_papers_are_taken_only_when_asked_for_and_once(model: SecurityModel) -> None:
    answer_all(model)
    with pytest.raises(Refused):
        services.add_paper(
            actor=access_to(model), model=model, form_key=new_id(), kind=DEED, file=upload()
        )
    other = make_model(make_account("Old Kettle Packaging"))
    answer_all(other, "highway_carrier_mexico_long_haul")
    key = new_id()
    for _time in range(2):
        services.add_paper(
            actor=access_to(other), model=other, form_key=key, kind=DEED, file=upload()
        )
    assert SupportingPaper.objects.count() == 1


def test_a_removed_paper_stays_on_record_and_off_the_list(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    paper = services.add_paper(
        actor=access_to(model), model=model, form_key=new_id(), kind=DEED, file=upload()
    )
    access = access_to(model)
    assert services.remove_paper(actor=access, model=model, paper_id=paper.pk) == "acta.txt"
    assert services.remove_paper(actor=access, model=model, paper_id=paper.pk) is None
    assert papers_of(model) == []
    assert SupportingPaper.objects.get().removed_by_name == model.started_by.name


def test_a_declared_security_event_asks_for_a_description(model: SecurityModel) -> None:
    answer_all(model, "importer", CMN5="yes")
    assert "events_missing" in codes(model)
    access, version = access_to(model), facts_of(model).model.version
    services.describe_events(actor=access, model=model, text="Broken seals.", version=version)
    assert "events_missing" not in codes(model)
    services.describe_events(actor=access, model=model, text="Broken seals.", version=version)
    with pytest.raises(Stale):
        services.describe_events(actor=access, model=model, text="Other words.", version=version)


def test_a_description_nobody_asked_for_is_refused(model: SecurityModel) -> None:
    answer_all(model)
    with pytest.raises(Refused):
        services.describe_events(
            actor=access_to(model), model=model, text="Nothing happened.", version=1
        )


# --- blockers and submission ----------------------------------------------------------------------


def test_everything_that_is_missing_is_listed_with_its_place(model: SecurityModel) -> None:
    answer_all(model)
    found = company_profile_blockers(model)
    assert [one.code for one in found] == [
        "identifier_missing", "identifier_missing", "primary_address", "mailing_address",
    ]  # fmt: skip
    assert all(f"/m/{model.pk}/" in one.url for one in found)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_complete_profile_of_each_business_type_has_no_blocker(
    model: SecurityModel, slug: str
) -> None:
    complete_profile(model, slug)
    assert company_profile_blockers(model) == []


def test_blockers_cost_two_queries(model: SecurityModel, django_assert_num_queries: object) -> None:
    complete_profile(model)
    with django_assert_num_queries(2):  # type: ignore[operator]
        company_profile_blockers(model)


def test_the_first_submission_makes_applicants_and_only_the_first(model: SecurityModel) -> None:
    submitted(model)
    account = BusinessTypeAccount.objects.get(security_model=model)
    assert account.status == "applicant"
    model.refresh_from_db()
    first = model.first_submitted_on
    services.mark_submitted(actor=access_to(model), model=model)
    model.refresh_from_db()
    assert model.first_submitted_on == first


def test_a_submission_with_blockers_is_refused_with_all_of_them(model: SecurityModel) -> None:
    answer_all(model)
    with pytest.raises(Refused) as refusal:
        services.mark_submitted(actor=access_to(model), model=model)
    assert len(refusal.value.problems) == 4


def test_a2_an_employee_does_not_submit(model: SecurityModel) -> None:
    complete_profile(model)
    employee = make_contact(model).membership.user
    with pytest.raises(NotAllowed):
        services.mark_submitted(actor=access_to(model, employee), model=model)


def test_reopened_questions_block_until_they_are_finished(model: SecurityModel) -> None:
    complete_profile(model)
    services.start_again(actor=access_to(model), model=model, version=newest_run(model).version)
    assert [one.code for one in blockers_of(facts_of(model))] == ["eligibility_open"]


# --- frozen content
# --------------------------------------------------------------------------------


def test_p8_the_same_profile_gives_the_same_bytes(model: SecurityModel) -> None:
    complete_profile(model, "highway_carrier_us_mexico", HUM3="yes", CMN5="yes")
    assert canonical(content_of(model)) == canonical(content_of(model))
    content = content_of(model)
    assert [one["slug"] for one in content["business_types"]] == ["highway_carrier_us_mexico"]
    assert content["papers"][0]["sha256"]
    assert content["event_description"]
    assert content["contacts"][0]["role"] == "officer"


def test_t7_frozen_content_holds_four_digits_and_the_hash_of_a_personal_number(
    model: SecurityModel,
) -> None:
    answer_all(model)
    services.add_identifier(
        actor=access_to(model), model=model, form_key=new_id(), kinds=["IOR_SSN"],
        value="219-09-9999", personal=True,
    )  # fmt: skip
    one = content_of(model)["identifiers"][0]
    assert one["shown"] == "•••-••-9999" and len(one["hash"]) == 64
    assert "219-09-9999" not in canonical(content_of(model))


def test_submitting_changes_nothing_of_the_frozen_content(model: SecurityModel) -> None:
    complete_profile(model)
    before = canonical(content_of(model))
    services.mark_submitted(actor=access_to(model), model=model)
    assert canonical(content_of(model)) == before
