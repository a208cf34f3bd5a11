"""The clock of unfinished applications: reminders, the lapse at day 60, reopening, catching up."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import SweepRun
from audit.selectors import status_history
from core import clock
from core.access import system
from core.errors import NotAllowed, Refused
from notifications.models import Outbox
from security_models import services
from security_models.machine import business_types
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.policies import finish_by, is_lapsed, lapses_on
from security_models.selectors import business_types_of
from security_models.states import EligibilityOutcome
from security_models.tasks import sweep_unfinished_applications
from security_models.to_do import tasks_for
from security_profile.selectors import catalogue
from tests.factories.models import access_to, answer_all, submitted
from tests.factories.reviews import ready_model
from tests.factories.trade import make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db

START = dt.date(2026, 3, 2)


@pytest.fixture
def model() -> SecurityModel:
    with clock.at(START):
        model = make_model(make_account())
        answer_all(model)
    return model


def sweep(day: int) -> None:
    with clock.at(START + dt.timedelta(days=day)):
        sweep_unfinished_applications()


def mails(kind: str) -> int:
    return Outbox.objects.filter(kind=kind).count()


def status(model: SecurityModel) -> str:
    return BusinessTypeAccount.objects.get(security_model=model).status


def test_the_contacts_are_reminded_on_the_offsets_of_the_clock(model: SecurityModel) -> None:
    sent = []
    for day in range(61):
        before = mails("application.expiring")
        sweep(day)
        sweep(day)
        if mails("application.expiring") > before:
            sent.append(day)
    assert sent == [29, 45, 52, 58]
    assert status(model) == "lapsed"


def test_the_application_lapses_on_day_60_and_not_before(model: SecurityModel) -> None:
    sweep(59)
    assert status(model) == "draft"
    sweep(60)
    model.refresh_from_db()
    assert status(model) == "lapsed" and model.lapsed_on == START + dt.timedelta(days=60)
    assert mails("application.lapsed") == 1


def test_a_sweep_that_stood_still_sends_the_newest_reminder_only(model: SecurityModel) -> None:
    sweep(55)
    assert mails("application.expiring") == 1
    sweep(200)
    assert status(model) == "lapsed" and mails("application.expiring") == 1


def test_every_contact_who_has_accepted_is_reminded(model: SecurityModel) -> None:
    make_contact(model)
    make_contact(model, role="consultant")
    sweep(30)
    assert mails("application.expiring") == 3


def test_the_mail_says_what_is_missing_and_the_last_day(model: SecurityModel) -> None:
    sweep(30)
    mail = Outbox.objects.get(kind="application.expiring")
    addresses = reverse("security_models:addresses", args=[model.trade_account_id, model.pk])
    assert f"- Choose the Primary address: http://localhost:8000{addresses}" in mail.text
    profile = reverse("security_profile:profile", args=[model.trade_account_id, model.pk])
    assert f"- 94 criteria to answer: http://localhost:8000{profile}" in mail.text
    assert "Apr 30, 2026" in mail.subject
    assert finish_by(model) == dt.date(2026, 4, 30)


def test_a_company_that_is_not_eligible_is_never_told_to_submit() -> None:
    with clock.at(START):
        model = make_model(make_account())
    model.runs.update(outcome=EligibilityOutcome.NOT_ELIGIBLE)
    for day in range(61):
        sweep(day)
    assert mails("application.expiring") == 0
    lapsed = Outbox.objects.get(kind="application.lapsed")
    assert "is not eligible" in lapsed.text and "submitted in time" not in lapsed.text


def test_a_complete_application_is_to_be_signed() -> None:
    with clock.at(START):
        model = ready_model()
        SecurityModel.objects.update(started_on=START)
    sweep(58)
    mail = Outbox.objects.get(kind="application.expiring")
    assert "Sign and submit" in mail.text and "That is tomorrow." in mail.text
    assert reverse("agreements:read", args=[model.trade_account_id, model.pk, "application"]) in (
        mail.text
    )


def test_an_application_without_business_type_lapses_too() -> None:
    with clock.at(START):
        model = make_model(make_account())
    sweep(60)
    model.refresh_from_db()
    assert model.lapsed_on is not None


def test_a_submitted_application_never_lapses(model: SecurityModel) -> None:
    with clock.at(START):
        other = submitted(make_model(make_account("Old Kettle Packaging")))
    sweep(90)
    assert status(other) == "applicant"


def test_what_was_withdrawn_does_not_lapse(model: SecurityModel) -> None:
    account = BusinessTypeAccount.objects.get(security_model=model)
    with clock.at(START):
        business_types.apply("withdraw", account, actor=system("test"))
    sweep(60)
    model.refresh_from_db()
    assert status(model) == "withdrawn" and model.lapsed_on is None


def test_a_lapsed_application_is_read_only_without_any_sweep(model: SecurityModel) -> None:
    with clock.at(lapses_on(model)), pytest.raises(Refused) as refusal:
        services.answer(
            actor=access_to(model), model=model, question="IMP2", answer="canada", version=1
        )
    assert refusal.value.code == "lapsed"


def test_a_contact_reopens_with_the_same_reference_and_60_new_days(model: SecurityModel) -> None:
    sweep(60)
    with clock.at(START + dt.timedelta(days=80)):
        tasks = tasks_for(access_to(model), None)
        assert [task.key.partition("-")[0] for task in tasks] == ["reopen"]
        reopened = services.reopen(actor=access_to(model), model=model)
        services.reopen(actor=access_to(model), model=model)
    assert reopened.reference == model.reference
    assert lapses_on(reopened) == START + dt.timedelta(days=140)
    assert status(model) == "draft"
    sweep(139)
    assert status(model) == "draft" and mails("application.expiring") == 1
    sweep(140)
    assert status(model) == "lapsed"


def test_reopening_does_not_wait_for_the_sweep(model: SecurityModel) -> None:
    with clock.at(START + dt.timedelta(days=61)):
        services.reopen(actor=access_to(model), model=model)
    account = BusinessTypeAccount.objects.get(security_model=model)
    moves = [one.move for one in status_history("business_type_account", account.pk)]
    assert moves == ["begin", "lapse", "reopen"]


def test_only_contacts_reopen_and_nobody_lapses_by_hand(model: SecurityModel) -> None:
    sweep(60)
    member = make_member(model.trade_account)
    with pytest.raises(NotAllowed):
        services.reopen(actor=access_to(model, member.user), model=model)
    with pytest.raises(Refused):
        services.lapse(actor=access_to(model), model=model)
    assert services.lapse(actor=system("test"), model=model) is False


def test_each_run_is_recorded_with_what_it_did(model: SecurityModel) -> None:
    sweep(30)
    run = SweepRun.objects.latest("id")
    assert run.sweep == "unfinished_applications"
    assert run.day == START + dt.timedelta(days=30)
    assert run.done == {"reminded": 1, "failed": 0} and run.error == ""
    sweep(30)
    assert SweepRun.objects.latest("id").done == {"failed": 0}


def test_one_broken_application_does_not_stop_the_others(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(START):
        other = make_model(make_account("Old Kettle Packaging"))
    real = services.lapse

    def broken(**arguments: object) -> bool:
        if arguments["model"] == model:
            raise RuntimeError("a row that nobody understands")
        return real(**arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "lapse", broken)
    sweep(60)
    other.refresh_from_db()
    assert other.lapsed_on is not None
    run = SweepRun.objects.latest("id")
    assert run.done == {"over": 1, "failed": 1} and model.reference in run.error


def test_a_changed_length_needs_no_programmer(model: SecurityModel, settings: object) -> None:
    settings.CLOCK_APPLICATION_FINISH = 90  # type: ignore[attr-defined]
    sweep(60)
    assert status(model) == "draft"
    sweep(90)
    assert status(model) == "lapsed"


def test_the_demo_day_moves_the_clock(model: SecurityModel, settings: object) -> None:
    settings.DEMO_TODAY = "2026-05-01"  # type: ignore[attr-defined]
    sweep_unfinished_applications()
    assert status(model) == "lapsed"


def test_the_sweep_costs_what_is_due(
    model: SecurityModel,
    django_assert_max_num_queries: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = import_module("security_profile.selectors.catalogue")
    monkeypatch.setattr(module, "CHECK_SECONDS", 3600.0)
    with clock.at(START + dt.timedelta(days=40)):
        for number in range(5):
            make_model(make_account(f"Company {number}"))
    with clock.at(START + dt.timedelta(days=45)):
        catalogue()  # read once a day by each process
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        sweep(45)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        sweep(45)


@pytest.mark.parametrize(
    ("day", "shown", "other"), [(59, "Draft", "Lapsed"), (60, "Lapsed", "Draft")]
)
def test_p11_every_page_list_export_and_key_shows_the_lapse_from_its_day_without_any_sweep(
    client: Client, model: SecurityModel, day: int, shown: str, other: str
) -> None:
    places = [model.trade_account_id, model.pk]
    pages = [
        reverse("portal:home"),
        reverse("portal:glance", args=places),
        reverse("security_models:accounts", args=places[:1]),
        reverse("security_models:identifiers", args=places),
        reverse("security_models:accounts", args=places[:1]) + "?export=csv",
        reverse("portal:home") + "?export=csv",
        reverse("portal:home") + f"?status={shown.lower()}",
        reverse("security_models:accounts", args=places[:1]) + f"?status={shown.lower()}",
    ]
    client.force_login(model.started_by)
    with clock.at(START + dt.timedelta(days=day)):
        for page in pages:
            body = without_choices(client.get(page).content.decode())
            assert shown in body and other not in body, page
            assert model.reference in body or "?export" in page
        api = f"/api/v1/trade-accounts/{places[0]}/security-models"
        one = client.get(f"{api}/{places[1]}").json()["business_types"][0]
        line = client.get(api).json()["results"][0]["business_types"][0]
        assert one["status"] == line["status"] == shown.lower()
        hidden = client.get(reverse("portal:home"), {"status": other.lower()}).content.decode()
        assert model.reference not in hidden
    assert status(model) == "draft"


def without_choices(body: str) -> str:
    """A page without the options of its filters, which contain every status."""
    return re.sub(r"<option.*?</option>", "", body, flags=re.DOTALL)


def test_p11_the_lapse_is_shown_on_the_same_day_on_which_it_is(model: SecurityModel) -> None:
    for day in (0, 30, 58, 59, 60, 61, 400):
        with clock.at(START + dt.timedelta(days=day)):
            shown = {one.shown_status for one in business_types_of(model)}  # type: ignore[attr-defined]
            assert shown == {"lapsed" if is_lapsed(model) else "draft"}, day
