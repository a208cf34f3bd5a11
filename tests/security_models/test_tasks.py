"""N2, S6, R6: tasks, the at-a-glance page, dates, and the proof of grants."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import SweepRun
from core import clock
from core.access import for_user
from core.contributions import Task
from identity.models import User
from security_models.models import BusinessTypeAccount, SecurityModel, SecurityModelGrant
from security_models.selectors import models_of
from security_models.tasks import check_grants
from security_models.to_do import dates_for, glance_for, tasks_for
from tests.factories.models import access_to, answer_all, complete_profile, submitted
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def tasks(user: User | None) -> list[Task]:
    return sorted(tasks_for(for_user(user), None), key=lambda task: task.position)


def keys(user: User | None) -> list[str]:
    return [task.key.partition("-")[0] for task in tasks(user)]


# --- tasks ----------------------------------------------------------------------------------------


def test_n2_an_account_without_application_is_told_to_start_one() -> None:
    account = make_account()
    found = tasks(account.created_by)
    assert [task.key for task in found] == [f"start-{account.pk}"]
    assert found[0].url.endswith("/accounts/new")


def test_n2_what_is_next_is_listed_with_who_can_do_it(model: SecurityModel) -> None:
    assert keys(model.started_by) == ["eligibility", "addresses"]
    answer_all(model)
    found = tasks(model.started_by)
    assert [task.key.partition("-")[0] for task in found] == ["identifiers", "addresses"]
    assert model.started_by.name in found[0].who
    assert found[0].due == model.started_on + dt.timedelta(days=59)


def test_n2_nothing_is_left_to_do_in_a_complete_profile(model: SecurityModel) -> None:
    complete_profile(model)
    assert keys(model.started_by) == []


def test_n2_a_company_administrator_is_told_to_add_an_officer(model: SecurityModel) -> None:
    administrator = UserFactory.create()
    make_member(model.trade_account, administrator, "company_administrator")
    assert keys(administrator) == []
    model.contacts.all().delete()
    found = tasks(administrator)
    assert [task.key.partition("-")[0] for task in found] == ["contacts"]
    assert found[0].url.endswith("/contacts") and found[0].mine


def test_r6_a_member_without_a_contact_role_has_no_tasks_in_a_model(model: SecurityModel) -> None:
    assert keys(make_member(model.trade_account).user) == []


def test_staff_have_their_queue_instead(model: SecurityModel) -> None:
    assert tasks(assign(model)) == []


def test_tasks_cost_three_queries_however_many_accounts(
    django_assert_num_queries: object,
) -> None:
    user = UserFactory.create()
    for number in range(4):
        account = make_account(f"Company {number}", administrator=user)
        answer_all(make_model(account))
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(tasks(user)) == 8


# --- at a glance and dates ------------------------------------------------------------------------


def test_s6_dates_primary_poc_and_scss_are_shown(model: SecurityModel) -> None:
    glance = glance_for(access_to(model), model)
    assert [str(fact.label) for fact in glance.facts] == ["Finish by", "Primary POC", "SCSS"]
    assert glance.facts[1].value == model.started_by.name
    assert glance.facts[2].value == "Not assigned yet"
    specialist = assign(model)
    assert glance_for(access_to(model), model).facts[2].value == specialist.name


def certify(model: SecurityModel, day: dt.date) -> None:
    BusinessTypeAccount.objects.filter(security_model=model).update(
        status="certified", certified_on=day, account_number="12345678"
    )


def test_p13_the_anniversary_is_shown_once_as_the_day_of_the_annual_review(
    model: SecurityModel,
) -> None:
    submitted(model)
    certify(model, dt.date(2024, 2, 29))
    with clock.at(dt.date(2026, 2, 27)):
        labels = [str(one.label) for one in glance_for(access_to(model), model).facts]
        assert "Anniversary" not in labels
        assert dates_for(access_to(model)) == []


def test_dates_of_drafts_are_the_last_day_to_submit(model: SecurityModel) -> None:
    found = dates_for(access_to(model))
    assert [one.on for one in found] == [model.started_on + dt.timedelta(days=59)]


def test_models_of_a_person_are_found_in_two_queries(
    model: SecurityModel, django_assert_num_queries: object
) -> None:
    answer_all(model)
    make_model(make_account("Old Kettle Packaging"))
    with django_assert_num_queries(2):  # type: ignore[operator]
        found = models_of(for_user(model.started_by))
        assert [one.status for one in found[0].business_types.all()] == ["draft"]


# --- the proof of grants --------------------------------------------------------------------------


def test_grants_follow_from_the_truth(model: SecurityModel) -> None:
    make_contact(model)
    assign(model)
    out = StringIO()
    call_command("check_grants", stdout=out)
    assert "All grants follow" in out.getvalue()


def test_grants_that_differ_are_named_and_mended(model: SecurityModel) -> None:
    contact = make_contact(model)
    SecurityModelGrant.objects.filter(user=contact.membership.user).delete()
    stranger = UserFactory.create()
    grant = SecurityModelGrant.objects.get(permission__codename="role_officer")
    SecurityModelGrant.objects.create(
        user=stranger, permission=grant.permission, content_object=model
    )
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_grants", stdout=out)
    assert str(stranger.pk) in out.getvalue() and "missing" in out.getvalue()
    check_grants()
    assert SweepRun.objects.latest("id").done == {"drifts": 1}
    call_command("check_grants", "--fix", stdout=out)
    assert not SecurityModelGrant.objects.filter(user=stranger).exists()
    check_grants()
    assert SweepRun.objects.latest("id").done == {"drifts": 0}
