"""Two pairs of eyes (G1): nobody passes both gates of an application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from core.access import Access
from core.errors import Refused
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.services import staff
from security_profile.models import Submission
from tests.factories import reviews as made
from tests.factories.profile import make_type
from tests.reviews.test_pages import signed_in, words_of
from tests.reviews.test_races import together

pytestmark = pytest.mark.django_db

Gate = Callable[[SecurityModel, Access], Any]


def _approve(model: SecurityModel, access: Access) -> Any:
    submission = Submission.objects.get(security_model=model)
    if submission.status == "submitted":
        made.review.start_review(actor=access, submission_id=submission.pk)
        made.accept_all(access, submission)
    return made.complete(access, submission)


def _vet(model: SecurityModel, access: Access) -> Any:
    return made.vet(model, access)


ORDERS = [(_approve, _vet), (_vet, _approve)]


def _status(model: SecurityModel) -> str:
    return str(BusinessTypeAccount.objects.get(security_model=model).status)


@pytest.fixture
def model() -> SecurityModel:
    """A C-TPAT account whose application was sent in."""
    return made.sent_in()


@pytest.mark.parametrize("gates", ORDERS)
def test_g1_one_person_cannot_pass_both_gates(
    model: SecurityModel, gates: tuple[Gate, Gate]
) -> None:
    one, other = made.manager(model), made.manager(model)
    gates[0](model, one)
    with pytest.raises(Refused) as refusal:
        gates[1](model, one)
    assert other.name in str(refusal.value.problems[0].message)
    assert _status(model) == "applicant"
    gates[1](model, other)
    assert _status(model) == "certified"


@pytest.mark.parametrize("gates", ORDERS)
def test_g1_where_the_setting_is_off_one_person_passes_both(
    model: SecurityModel, gates: tuple[Gate, Gate], settings: Any
) -> None:
    settings.TWO_PAIRS_OF_EYES = False
    one = made.manager(model)
    gates[0](model, one)
    gates[1](model, one)
    assert _status(model) == "certified"


@pytest.mark.parametrize("result", ["not_passed", "pending"])
def test_g1_who_approved_the_profile_may_still_say_that_vetting_is_not_passed(
    model: SecurityModel, result: str
) -> None:
    one = made.manager(model)
    _approve(model, one)
    assert made.vet(model, one, result).result == result


def test_g1_a_pass_taken_back_or_repeated_by_another_person_frees_the_first(
    model: SecurityModel,
) -> None:
    one, other = made.manager(model), made.manager(model)
    _vet(model, one)
    _vet(model, other)
    _approve(model, one)
    assert _status(model) == "certified"


def test_g1_who_passed_vetting_may_return_the_application(model: SecurityModel) -> None:
    one = made.manager(model)
    _vet(model, one)
    submission = Submission.objects.get(security_model=model)
    made.review.start_review(actor=one, submission_id=submission.pk)
    made.accept_all(one, submission, returned=("6.1",))
    assert made.complete(one, submission).status == "returned"


def test_g1_the_vetting_page_says_who_can_pass_it_instead(model: SecurityModel) -> None:
    one, other = made.manager(model), made.manager(model)
    _approve(model, one)
    address = reverse("reviews:vetting", args=[model.pk])
    page = words_of(signed_in(one.user).get(address))
    assert "Someone else passes vetting" in page and other.name in page
    assert "Someone else" not in words_of(signed_in(other.user).get(address))
    partner = words_of(signed_in(one.user).get(reverse("reviews:partner", args=[model.pk])))
    assert "Someone else decides vetting" in partner


def test_g1_the_check_page_says_who_can_complete_the_review_instead(model: SecurityModel) -> None:
    one, specialist = made.manager(model), made.specialist(model)
    _vet(model, one)
    submission = Submission.objects.get(security_model=model)
    made.review.start_review(actor=one, submission_id=submission.pk)
    made.accept_all(one, submission)
    address = reverse("reviews:complete", args=[model.pk, submission.pk])
    page = signed_in(one.user).get(address)
    assert "Someone else completes this review" in words_of(page)
    assert specialist.name in words_of(page) and 'name="seen"' not in page.content.decode()
    assert 'name="seen"' in signed_in(specialist.user).get(address).content.decode()


def test_g1_nobody_else_is_said_as_it_is(model: SecurityModel) -> None:
    one = made.manager(model)
    _approve(model, one)
    with pytest.raises(Refused) as refusal:
        _vet(model, one)
    assert "Nobody else can do this now" in str(refusal.value.problems[0].message)


@pytest.mark.django_db(transaction=True)
def test_g1_both_gates_pressed_at_once_by_one_person_pass_one_of_them() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    one = made.manager(model)
    made.review.start_review(actor=one, submission_id=submission.pk)
    made.accept_all(one, submission)
    results = together(lambda: made.complete(one, submission), lambda: _vet(model, one))
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert _status(model) == "applicant"


def test_vetting_that_certifies_answers_with_the_number(model: SecurityModel) -> None:
    _approve(model, made.specialist(model))
    client = signed_in(made.manager(model).user)
    address = reverse("reviews:vetting", args=[model.pk])
    key = client.get(address).context["form"]["form_key"].value()
    page = client.post(
        address, {"form_key": key, "result": "passed", "note": "Looked at."}, follow=True
    )
    number = BusinessTypeAccount.objects.get(security_model=model).account_number
    assert f"Vetting is recorded: passed. Certified as {number}." in words_of(page)


# --- shown before the decision
# ---------------------------------------------------------------------


def test_g1_before_approving_a_manager_reads_who_passes_vetting_then(model: SecurityModel) -> None:
    one, specialist = made.manager(model), made.specialist(model)
    submission = Submission.objects.get(security_model=model)
    made.review.start_review(actor=one, submission_id=submission.pk)
    made.accept_all(one, submission)
    address = reverse("reviews:complete", args=[model.pk, submission.pk])
    alone = words_of(signed_in(one.user).get(address))
    assert "If you approve the profile" in alone
    assert "Nobody else can do this now" in alone
    other = made.manager(model)
    assert other.name in words_of(signed_in(one.user).get(address))
    assert "If you approve the profile" not in words_of(signed_in(specialist.user).get(address))
    _vet(model, other)
    assert "If you approve the profile" not in words_of(signed_in(one.user).get(address))


def test_g1_before_passing_vetting_a_manager_reads_who_approves_then(model: SecurityModel) -> None:
    one = made.manager(model)
    address = reverse("reviews:vetting", args=[model.pk])
    alone = words_of(signed_in(one.user).get(address))
    assert "If you pass vetting" in alone
    assert "Nobody else can do this now" in alone
    specialist = made.specialist(model)
    assert specialist.name in words_of(signed_in(one.user).get(address))
    _approve(model, specialist)
    assert "If you pass vetting" not in words_of(signed_in(one.user).get(address))


def test_g1_where_the_setting_is_off_nothing_is_said(model: SecurityModel, settings: Any) -> None:
    settings.TWO_PAIRS_OF_EYES = False
    page = signed_in(made.manager(model).user).get(reverse("reviews:vetting", args=[model.pk]))
    assert "If you pass vetting" not in words_of(page)


def test_g1_who_passed_vetting_reads_it_before_starting_the_review(model: SecurityModel) -> None:
    one, specialist = made.manager(model), made.specialist(model)
    _vet(model, one)
    submission = Submission.objects.get(security_model=model)
    address = reverse("reviews:criterion", args=[model.pk, submission.pk, "1.1"])
    page = words_of(signed_in(one.user).get(address))
    assert "Someone else completes this review" in page and specialist.name in page
    assert "Someone else" not in words_of(signed_in(specialist.user).get(address))


def test_g1_the_vetting_of_an_earlier_application_of_the_account_binds_nobody(
    model: SecurityModel,
) -> None:
    """Another business type of a certified account applies: its vetting is a separate decision."""
    one, specialist = made.manager(model), made.specialist(model)
    _vet(model, one)
    _approve(model, specialist)
    assert _status(model) == "certified"
    later = make_type(model, "exporter", status="applicant")
    staff.approve_profile(actor=one, model=model)
    later.refresh_from_db()
    assert later.profile_approved_by_id == one.user_id


def test_g1_a_later_vetting_does_not_free_who_passed_the_one_at_hand(model: SecurityModel) -> None:
    one, other = made.manager(model), made.manager(model)
    _vet(model, one)
    made.vet(model, other, "pending")
    _vet(model, one)
    with pytest.raises(Refused):
        _approve(model, one)
