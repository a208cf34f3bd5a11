"""S1: the branching questions, their outcomes, and going back."""

from __future__ import annotations

import pytest

from core.errors import NotAllowed, NotVisible, Refused, Stale
from security_models import services
from security_models.facts.questionnaire import walk
from security_models.models import (
    BusinessType,
    BusinessTypeAccount,
    EligibilityQuestion,
    EligibilityRun,
    SecurityModel,
)
from security_models.selectors.eligibility import catalogue, flags_of, newest_run
from security_models.states import EligibilityOutcome
from tests.factories.models import access_to, answer_all, answer_each, path_to, submitted
from tests.factories.trade import make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db

SLUGS = [
    "importer",
    "exporter",
    "highway_carrier_us_canada",
    "highway_carrier_us_mexico",
    "highway_carrier_mexico_long_haul",
    "rail_carrier",
    "sea_carrier",
    "air_carrier",
    "customs_broker",
    "consolidator",
    "third_party_logistics",
    "marine_port_terminal_operator",
    "foreign_manufacturer",
]


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def say(model: SecurityModel, question: str, answer: str, version: int = 0) -> EligibilityRun:
    return services.answer(
        actor=access_to(model),
        model=model,
        question=question,
        answer=answer,
        version=version or newest_run(model).version,
    )


def test_all_thirteen_business_types_are_loaded() -> None:
    assert list(BusinessType.objects.order_by("position").values_list("slug", flat=True)) == SLUGS


@pytest.mark.parametrize("slug", SLUGS)
def test_s1_a_path_of_answers_makes_a_draft_of_each_business_type(
    model: SecurityModel, slug: str
) -> None:
    account = answer_each(model, slug)
    assert account.business_type_id == slug
    assert account.status == "draft"
    assert newest_run(model).outcome == EligibilityOutcome.ELIGIBLE


@pytest.mark.parametrize(
    ("crosses", "border", "slug"),
    [
        ("yes", "canada", "highway_carrier_us_canada"),
        ("yes", "mexico", "highway_carrier_us_mexico"),
        ("yes", "both", "highway_carrier_us_mexico"),
        ("no", "", "highway_carrier_mexico_long_haul"),
    ],
)
def test_s1_a_highway_carrier_is_sent_to_one_of_three_types(
    crosses: str, border: str, slug: str
) -> None:
    answers = [["START1", "highway"], ["HWY1", crosses]]
    answers.append(["HWY2", border] if border else ["HWY3", "yes"])
    assert walk(catalogue(), answers).business_type == slug


def test_s1_common_questions_name_the_activity_and_the_place_of_the_office() -> None:
    questions = catalogue()
    path = path_to("rail_carrier", questions)
    words = {step.question.code: step.words for step in walk(questions, path).steps}
    assert "moved shipments by rail from Canada or Mexico" in words["CMN1"]
    assert "an office in the United States, Canada or Mexico" in words["CMN2"]
    assert not any("{" in text for text in words.values())


def test_s1_every_not_eligible_answer_leads_to_a_reason_with_a_way_out() -> None:
    questions = catalogue()
    reasons = {
        target.removeprefix("not_eligible:")
        for question in EligibilityQuestion.objects.all()
        for target in question.targets.values()
        if target.startswith("not_eligible:")
    }
    assert len(reasons) > 30
    known = walk(questions, [["START1", "warehouse"]])
    assert known.outcome == EligibilityOutcome.NOT_ELIGIBLE
    assert known.reason == "NE_WAREHOUSE_ONLY"


def test_s1_not_eligible_is_kept_with_its_reason_and_makes_no_business_type(
    model: SecurityModel,
) -> None:
    say(model, "START1", "importer")
    run = say(model, "IMP1", "no")
    assert run.outcome == EligibilityOutcome.NOT_ELIGIBLE
    assert run.reason_id == "NE_NOT_IMPORTER_OF_RECORD"
    assert not BusinessTypeAccount.objects.filter(security_model=model).exists()


def test_s1_after_not_eligible_a_new_run_is_begun_and_the_old_one_kept(
    model: SecurityModel,
) -> None:
    say(model, "START1", "warehouse")
    before = newest_run(model)
    after = services.start_again(actor=access_to(model), model=model, version=before.version)
    assert after.answers == [] and after.version > before.version
    assert model.runs.count() == 2
    again = services.start_again(actor=access_to(model), model=model, version=before.version)
    assert again.pk == after.pk


def test_s1_changing_an_earlier_answer_starts_again_from_there(model: SecurityModel) -> None:
    say(model, "START1", "highway")
    say(model, "HWY1", "yes")
    say(model, "HWY2", "canada")
    run = say(model, "HWY1", "no")
    assert run.answers == [["START1", "highway"], ["HWY1", "no"]]


def test_s1_the_same_answer_again_changes_nothing(model: SecurityModel) -> None:
    first = say(model, "START1", "highway")
    say(model, "HWY1", "yes")
    again = say(model, "START1", "highway", version=first.version - 1 or 1)
    assert len(again.answers) == 2


def test_s1_going_back_after_the_end_replaces_the_business_type(model: SecurityModel) -> None:
    before = answer_all(model, "highway_carrier_us_canada")
    say(model, "HWY2", "mexico")
    assert newest_run(model).outcome == EligibilityOutcome.OPEN
    assert model.runs.count() == 2
    after = answer_all(model, "highway_carrier_us_mexico")
    assert after.pk == before.pk
    assert BusinessTypeAccount.objects.filter(security_model=model).count() == 1


def test_p5_somebody_else_answered_in_between(model: SecurityModel) -> None:
    version = newest_run(model).version
    say(model, "START1", "highway")
    with pytest.raises(Stale):
        say(model, "START1", "rail", version=version)


def test_s1_a_question_that_is_not_on_the_path_cannot_be_answered(model: SecurityModel) -> None:
    with pytest.raises(NotVisible):
        say(model, "CMN7", "yes")
    with pytest.raises(NotVisible):
        say(model, "NOPE", "yes")


@pytest.mark.parametrize("answer", ["", "maybe", "yes", "x" * 500])
def test_s1_only_the_offered_answers_are_taken(model: SecurityModel, answer: str) -> None:
    with pytest.raises(Refused):
        say(model, "START1", answer)


def test_s1_answers_are_locked_after_the_first_submission(model: SecurityModel) -> None:
    submitted(model)
    with pytest.raises(Refused) as refusal:
        say(model, "IMP2", "canada")
    assert refusal.value.code == "locked"


def test_s1_flagged_answers_are_kept_for_staff(model: SecurityModel) -> None:
    answer_all(model, "marine_port_terminal_operator", MPT1="abroad", CMN5="yes")
    assert [code for code, _words in flags_of(model)] == ["MPT3", "CMN5"]


def test_r6_a_member_without_a_contact_role_cannot_answer(model: SecurityModel) -> None:
    member = make_member(model.trade_account)
    with pytest.raises(NotAllowed):
        services.answer(
            actor=access_to(model, member.user),
            model=model,
            question="START1",
            answer="rail",
            version=1,
        )


def test_any_contact_answers(model: SecurityModel) -> None:
    consultant = make_contact(model, role="consultant").membership.user
    run = services.answer(
        actor=access_to(model, consultant),
        model=model,
        question="START1",
        answer="rail",
        version=newest_run(model).version,
    )
    assert consultant is not None and run.answered_by_name == consultant.name


def test_a_new_business_type_needs_no_programmer(model: SecurityModel) -> None:
    BusinessType.objects.create(
        slug="drone_carrier",
        name="Drone Carrier",
        family="carrier",
        tiered=False,
        description="Flies small cargo.",
        status_word_after_validation="Certified, Non-Importer Validation Completed",
        activity_phrase="flown cargo by drone",
        office_where="any country",
    )
    start = EligibilityQuestion.objects.get(code="START1")
    start.choices = [*start.choices, ["drone", "We fly drones"]]
    start.targets = {**start.targets, "drone": "DRO1"}
    start.save()
    EligibilityQuestion.objects.create(
        code="DRO1",
        entry="drone_carrier",
        position=1,
        question="Do your drones cross a border?",
        choices=[["yes", "Yes"], ["no", "No"]],
        targets={"yes": "CMN1", "no": "not_eligible:NE_NO_BUSINESS_TYPE"},
    )
    assert answer_all(model, "drone_carrier").business_type.name == "Drone Carrier"
