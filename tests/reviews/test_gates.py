"""Two gates in any order: the second one certifies, once (domain section 3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from audit.models import Event, StatusChange
from audit.selectors import events_for
from audit.services import model_scope
from core import clock
from core.access import for_user
from core.errors import NotAllowed, Refused
from core.ids import new_id
from notifications.models import Outbox
from reviews import services
from security_models import grants
from security_models.models import BusinessTypeAccount, SecurityModel, Vetting
from security_models.services import staff
from security_models.states import BusinessTypeStatus, PaperKind
from security_profile.models import Submission
from tests.factories import reviews as made
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.django_db

CERTIFIED_ON = dt.date(2028, 2, 29)


def _approve(model: SecurityModel) -> None:
    submission = Submission.objects.get(security_model=model)
    access = made.manager(model)
    if submission.status == "submitted":
        made.review.start_review(actor=access, submission_id=submission.pk)
    made.accept_all(access, submission)
    made.complete(access, submission)


def _vet(model: SecurityModel) -> None:
    made.vet(model, made.manager(model))


@pytest.mark.parametrize("gates", [(_approve, _vet), (_vet, _approve)])
def test_the_second_gate_certifies_whichever_it_is(
    gates: tuple[Callable[[SecurityModel], None], ...],
) -> None:
    model = made.sent_in()
    with clock.at(dt.date(2028, 2, 1)):
        gates[0](model)
        account = BusinessTypeAccount.objects.get(security_model=model)
        assert account.status == BusinessTypeStatus.APPLICANT
    with clock.at(CERTIFIED_ON):
        gates[1](model)
    account.refresh_from_db()
    assert account.status == BusinessTypeStatus.CERTIFIED
    assert account.certified_on == CERTIFIED_ON
    assert account.account_number is not None
    assert len(account.account_number) == 8 and account.account_number.isdigit()
    change = StatusChange.objects.get(thing="business_type_account", move="certify")
    assert (change.thing_id, change.on) == (account.pk, account.certified_on)
    mail = Outbox.objects.get(kind="application.certified")
    assert account.account_number in mail.text
    assert "Feb 28, 2029" in mail.text


def test_vetting_passed_first_holds_through_a_return_and_certifies_a_carrier_in_mexico() -> None:
    model = made.ready_model("highway_carrier_mexico_long_haul", "Fletes Halcón del Norte")
    assert model.papers.filter(kind=PaperKind.DEED_OF_INCORPORATION).exists()
    first = made.send_in(model)
    _vet(model)
    access = made.specialist(model)
    made.review.start_review(actor=access, submission_id=first.pk)
    made.accept_all(access, first, returned=("1.3",))
    made.complete(access, first)
    account = BusinessTypeAccount.objects.get(security_model=model)
    assert account.status == BusinessTypeStatus.APPLICANT
    made.answer(model, "1.3", "The review board meets each quarter and signs the minutes.")
    second = made.send_in(model)
    made.review.start_review(actor=access, submission_id=second.pk)
    made.accept_all(access, second)
    made.complete(access, second)
    account.refresh_from_db()
    assert account.status == BusinessTypeStatus.CERTIFIED
    assert account.certified_on == clock.today()
    assert Vetting.objects.filter(security_model=model).count() == 1


def test_a_later_decision_never_changes_the_date_or_the_number() -> None:
    model = made.sent_in()
    _approve(model)
    _vet(model)
    account = BusinessTypeAccount.objects.get(security_model=model)
    with clock.at(dt.date(2030, 1, 1)):
        staff.approve_profile(actor=made.manager(model), model=model)
        with pytest.raises(Refused):
            _vet(model)
    after = BusinessTypeAccount.objects.get(security_model=model)
    assert (after.certified_on, after.account_number) == (
        account.certified_on,
        account.account_number,
    )
    assert StatusChange.objects.filter(move="certify").count() == 1


def test_a_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = made.ready_model(), made.ready_model(name="Old Kettle Packaging")
    numbers = iter(["10000001", "10000001", "10000002"])
    monkeypatch.setattr(staff, "new_account_number", lambda: next(numbers))
    for model in (first, second):
        made.send_in(model)
        _vet(model)
        _approve(model)
    found = set(BusinessTypeAccount.objects.values_list("account_number", flat=True))
    assert found == {"10000001", "10000002"}


def test_vetting_not_passed_certifies_nobody_and_can_be_repeated() -> None:
    model = made.sent_in()
    manager = made.manager(model)
    made.vet(model, manager, "not_passed")
    _approve(model)
    assert BusinessTypeAccount.objects.get(security_model=model).status == "applicant"
    made.vet(model, manager, "passed")
    assert BusinessTypeAccount.objects.get(security_model=model).status == "certified"
    assert Vetting.objects.filter(security_model=model).count() == 2


def test_a_pass_can_be_taken_back_while_nothing_is_certified() -> None:
    model = made.sent_in()
    manager = made.manager(model)
    made.vet(model, manager, "passed")
    made.vet(model, manager, "pending")
    _approve(model)
    assert BusinessTypeAccount.objects.get(security_model=model).status == "applicant"


def test_vetting_waits_for_the_first_submission() -> None:
    model = make_model(make_account())
    with pytest.raises(Refused):
        made.vet(model, made.manager(model))


def test_a_vetting_form_sent_twice_makes_one_decision() -> None:
    model = made.sent_in()
    key, manager = new_id(), made.manager(model)
    for _ in range(2):
        staff.record_vetting(
            actor=manager,
            model_id=model.pk,
            form_key=key,
            result="not_passed",
            checklist={},
            note="No such company is registered.",
        )
    assert Vetting.objects.count() == 1


def test_vetting_is_never_shown_to_partners() -> None:
    model = made.sent_in()
    made.vet(model, made.manager(model))
    officer = grants.enter(for_user(model.started_by), model.pk)
    assert Event.objects.filter(kind="security_models.vetted").count() == 1
    seen = events_for(model_scope(model.pk), access=officer)
    assert not seen.filter(kind="security_models.vetted").exists()


def test_only_management_decides_vetting_and_refuses_applications() -> None:
    model = made.sent_in()
    specialist = made.specialist(model)
    with pytest.raises(NotAllowed):
        made.vet(model, specialist)
    with pytest.raises(NotAllowed):
        staff.not_accept(actor=specialist, model_id=model.pk, reasons="x" * 40)
    with pytest.raises(NotAllowed):
        staff.assign(actor=specialist, model_id=model.pk, staff_id=specialist.user.pk)


def test_an_application_that_is_not_accepted_closes_its_submission() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    manager = made.manager(model)
    reasons = "The company does not take part in the supply chain that it describes."
    assert services.not_accept(actor=manager, model_id=model.pk, reasons=reasons) == 1
    submission.refresh_from_db()
    account = BusinessTypeAccount.objects.get(security_model=model)
    assert (submission.status, account.status) == ("closed", "not_accepted")
    assert StatusChange.objects.get(move="not_accept").reason == reasons
    mail = Outbox.objects.get(kind="application.not_accepted")
    assert "supply chain that" not in mail.text
    with pytest.raises(Refused):
        services.not_accept(actor=manager, model_id=model.pk, reasons=reasons)


def test_a_refusal_needs_reasons() -> None:
    model = made.sent_in()
    with pytest.raises(Refused) as refusal:
        services.not_accept(actor=made.manager(model), model_id=model.pk, reasons="No.")
    assert refusal.value.problems[0].field == "reasons"
