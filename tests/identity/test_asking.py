"""R6 among staff: staff who may not do an act ask those who can; every act, its effects and its
end.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotVisible, Refused
from identity import services
from identity.asking import asking
from identity.models import StaffAsk, User
from identity.selectors.helpdesk import own_events
from identity.staff_acts import ask_url
from identity.states import Lost, StaffRole
from notifications.models import Notification, Outbox
from security_models.models import SecurityModel
from security_models.services import staff as deciding
from tests.factories.people import UserFactory
from tests.factories.reviews import accept_all, complete, entered, in_review, manager, vet
from tests.factories.trade import assign, make_account, make_contact, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return UserFactory.create(staff_role=StaffRole.MANAGEMENT, first_name="Ada", last_name="Lund")


@pytest.fixture
def helper() -> User:
    return UserFactory.create(staff_role=StaffRole.HELPDESK)


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account("Halfmoon Drayage"))


@pytest.fixture
def specialist(model: SecurityModel) -> User:
    return assign(model)


@pytest.fixture
def person(model: SecurityModel, boss: User) -> User:
    """A contact whom staff disabled."""
    user = make_contact(model).membership.user
    assert user is not None
    services.disable_user(actor=for_user(boss), user_id=user.pk, reason="Left the company.")
    user.refresh_from_db()
    return user


def ask(actor: User, code: str, subject: object, note: str = "") -> StaffAsk:
    return services.ask_staff(
        actor=for_user(actor),
        code=code,
        subject_id=subject.pk,  # type: ignore[attr-defined]
        note=note,
    )


def page(user: User, url: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(url).content.decode()


def is_open(asked: StaffAsk) -> bool:
    asked.refresh_from_db()
    return asked.ended_at is None


# --- the request and its effects ------------------------------------------------------------------


def test_r7_a_specialist_asks_management_to_reactivate(
    specialist: User, boss: User, person: User
) -> None:
    url = reverse("identity:reactivate", args=[person.pk])
    assert f"Ask Ada Lund to reactivate {person.name}" in page(specialist, url)
    client = Client()
    client.force_login(specialist)
    answer = client.post(ask_url("reactivate", person.pk), {"note": "She is back."})
    assert answer.status_code == 302
    mail = Outbox.objects.get(kind="staff.act_asked")
    assert mail.to_address == boss.email
    assert mail.subject.endswith(f"{specialist.name} asks you to reactivate {person.name}")
    assert "She is back." in mail.text and "Halfmoon Drayage" in mail.text and url in mail.text
    assert Notification.objects.filter(user_id=boss.pk, kind=mail.kind).exists()
    event = Event.objects.get(kind="identity.staff_asked")
    assert event.scope_id == person.pk and event.actor_id == specialist.pk
    shown = page(specialist, url)
    assert f"{specialist.name} asked " in shown and "You can send a reminder from" in shown
    assert f"Ask Ada Lund to reactivate {person.name}" not in shown
    assert "She is back." in page(boss, url)
    assert "Remind " not in page(specialist, ask_url("reactivate", person.pk))


def test_r6_a_specialist_asks_for_the_decisions_of_management_on_the_partner_page(
    boss: User,
) -> None:
    submission, access = in_review()
    model, name = submission.security_model, submission.security_model.trade_account.name
    accept_all(access, submission)
    complete(access, submission)
    url = reverse("reviews:partner", args=[model.pk])
    shown = page(access.user, url)
    assert "Management decides" in shown
    for code, act in ACTS_OF_MANAGEMENT.items():
        assert shown.count(f'href="{ask_url(code, model.pk)}') == 1
        assert f"Ask Ada Lund to {act} {name}" in shown
    ask(access.user, "vetting", model)
    shown = page(access.user, url)
    assert f"{access.user.name} asked Ada Lund on " in shown
    assert f'href="{ask_url("vetting", model.pk)}' not in shown
    assert f"{access.user.name} asked Ada Lund on " in page(boss, url)
    assert "Ask Ada Lund" not in page(boss, url)


ACTS_OF_MANAGEMENT = {
    "vetting": "decide vetting of",
    "not-accept": "decide not to accept",
    "assignment": "assign",
}


def test_while_one_ask_waits_there_is_no_second_one(
    specialist: User, helper: User, person: User
) -> None:
    first = ask(specialist, "reactivate", person)
    assert ask(helper, "reactivate", person).pk == first.pk
    assert Outbox.objects.filter(kind="staff.act_asked").count() == 1
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert asking(for_user(helper), "reactivate", person.pk).label.startswith("Remind ")
        ask(helper, "reactivate", person)
    assert Outbox.objects.filter(kind="staff.act_asked").count() == 2
    assert Event.objects.filter(kind="identity.staff_reminded").count() == 1


def test_the_ask_ends_when_the_act_is_done(specialist: User, boss: User, person: User) -> None:
    asked = ask(specialist, "reactivate", person)
    services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    assert not is_open(asked)
    with pytest.raises(Refused) as refusal:
        ask(specialist, "reactivate", person)
    assert refusal.value.code == "active"


def test_partners_never_read_what_staff_ask_each_other(specialist: User, person: User) -> None:
    ask(specialist, "reactivate", person)
    assert not own_events(for_user(person)).filter(kind="identity.staff_asked").exists()


# --- who may ask ----------------------------------------------------------------------------------


def test_a_foreign_or_unknown_thing_has_nobody_to_ask(
    person: User, model: SecurityModel, boss: User
) -> None:
    foreign = assign(make_model(make_account("Old Kettle")))
    for code, subject in (("reactivate", person), ("vetting", model), ("assignment", model)):
        with pytest.raises(NotVisible):
            ask(foreign, code, subject)
    with pytest.raises(NotVisible):
        ask(foreign, "dance", person)
    with pytest.raises(NotVisible):
        ask(model.started_by, "vetting", model)


def test_who_can_do_it_is_led_to_the_page_of_the_act(boss: User, person: User) -> None:
    client = Client()
    client.force_login(boss)
    answer = client.get(ask_url("reactivate", person.pk))
    assert answer["Location"] == reverse("identity:reactivate", args=[person.pk])
    with pytest.raises(Refused) as refusal:
        ask(boss, "reactivate", person)
    assert refusal.value.code == "yourself"


# --- the other acts -------------------------------------------------------------------------------


def test_u6_the_helpdesk_asks_management_to_act_on_staff(helper: User, boss: User) -> None:
    staff = UserFactory.create(staff_role=StaffRole.SCSS)
    client = Client()
    client.force_login(staff)
    url = reverse("identity:helpdesk-user", args=[staff.pk])
    assert f"Ask Ada Lund to disable {staff.name}" in page(helper, url)
    refused = page(helper, reverse("identity:disable", args=[staff.pk]))
    assert f"Ask Ada Lund to disable {staff.name}" in refused
    asked = ask(helper, "disable", staff)
    services.disable_user(actor=for_user(boss), user_id=staff.pk, reason="Left.")
    assert not is_open(asked)


def test_u6_who_opened_a_recovery_asks_a_second_person(helper: User, boss: User) -> None:
    staff = UserFactory.create(staff_role=StaffRole.SCSS)
    case = services.open_case(
        actor=for_user(helper),
        user_id=staff.pk,
        lost=Lost.PASSWORD,
        reason="Lost it.",
        identity_check="Called back.",
    )
    url = reverse("identity:case", args=[case.pk])
    assert f"Ask Ada Lund to decide the recovery for {staff.name}" in page(helper, url)
    asked = ask(helper, "recovery", case)
    services.decline_case(actor=for_user(boss), case_id=case.pk, note="It was not her.")
    assert not is_open(asked)


def test_g1_who_approved_the_profile_asks_another_one_to_pass_vetting(boss: User) -> None:
    submission, access = in_review()
    accept_all(access, submission)
    model = submission.security_model
    first = manager(model)
    assert first.user is not None
    complete(first, submission)
    url = reverse("reviews:vetting", args=[model.pk])
    words = f"to decide vetting of {model.trade_account.name}"
    assert f"Ask Ada Lund {words}" in page(first.user, url)
    asked = ask(first.user, "vetting", model)
    assert asked.names == boss.name
    assert "asked" in page(boss, url)
    vet(model, manager(model))
    assert not is_open(asked)


def test_g1_who_passed_vetting_asks_another_one_to_complete_the_review(boss: User) -> None:
    submission, access = in_review()
    accept_all(access, submission)
    model = submission.security_model
    first = manager(model)
    assert first.user is not None
    vet(model, first)
    url = reverse("reviews:complete", args=[model.pk, submission.pk])
    assert "to complete the review of" in page(first.user, url)
    asked = ask(first.user, "approval", model)
    assert first.user.name not in asked.names
    complete(access, submission)
    assert not is_open(asked)


def test_a_specialist_who_is_refused_a_page_of_management_asks(
    specialist: User, boss: User, model: SecurityModel
) -> None:
    refused = page(specialist, reverse("reviews:assignment", args=[model.pk]))
    assert "Ask Ada Lund to assign Halfmoon Drayage" in refused
    asked = ask(specialist, "assignment", model)
    other = UserFactory.create(staff_role=StaffRole.SCSS)
    deciding.assign(actor=entered(model, boss), model_id=model.pk, staff_id=other.pk)
    assert not is_open(asked)


def test_g1_a_review_that_ends_in_a_return_ends_the_ask_to_complete_it(boss: User) -> None:
    submission, access = in_review()
    accept_all(access, submission, returned=("1.2",))
    model = submission.security_model
    first = manager(model)
    assert first.user is not None
    vet(model, first)
    asked = ask(first.user, "approval", model)
    complete(access, submission)
    assert not is_open(asked)


def test_u6_a_recovery_that_expired_ends_the_ask_to_decide_it(helper: User, boss: User) -> None:
    staff = UserFactory.create(staff_role=StaffRole.SCSS)
    about: dict[str, Any] = {
        "user_id": staff.pk,
        "lost": Lost.PASSWORD,
        "reason": "x",
        "identity_check": "Called.",
    }
    case = services.open_case(actor=for_user(helper), **about)
    asked = ask(helper, "recovery", case)
    with clock.at(case.expires_at):
        services.open_case(actor=for_user(helper), **about)
    assert not is_open(asked)
