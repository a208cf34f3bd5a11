"""U8, R7: idle people are disabled, notified, and reactivated."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory, override_settings

from audit.models import Event, SweepRun
from core import clock
from core.access import for_user
from core.errors import NotAllowed, NotVisible, Refused
from identity import services, tasks
from identity.checks import idle
from identity.models import MailedLink, User
from identity.selectors import user_state
from identity.states import DisabledKind, LinkPurpose, StaffRole
from notifications.models import Notification, Outbox
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from tests.identity.road import is_signed_in, sign_in
from trade_accounts.states import MembershipType

pytestmark = pytest.mark.django_db

#: Nine in the morning, Eastern.
BEGAN = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)


def day(number: int) -> dt.datetime:
    """This many days after the last sign-in, at the same hour."""
    return BEGAN + dt.timedelta(days=number)


def sweep(number: int) -> None:
    """Run both clocks for that day."""
    with clock.at(day(number)):
        tasks.sweep_idle_users()
        tasks.sweep_reactivated_users()


@pytest.fixture
def person() -> User:
    """A person who signed in on the first day and registered long before."""
    user: User = UserFactory.create(
        registered_at=BEGAN - dt.timedelta(days=400), signed_in_at=BEGAN, email="rosa@example.com"
    )
    return user


@pytest.fixture
def model(person: User) -> SecurityModel:
    """The person's C-TPAT account."""
    return make_model(make_account(administrator=person), person)


@pytest.fixture
def scss(model: SecurityModel) -> User:
    """The specialist of that account."""
    return assign(model)


def kinds() -> list[tuple[str, str]]:
    """Kind and address of every email, oldest first."""
    return list(Outbox.objects.order_by("created_at", "id").values_list("kind", "to_address"))


def disable_for_idling(user: User) -> User:
    """Disable the person as the clock does."""
    User.objects.filter(pk=user.pk).update(
        registered_at=clock.now() - dt.timedelta(days=90), signed_in_at=None
    )
    assert services.disable_if_idle(user_id=user.pk) == DisabledKind.IDLE
    user.refresh_from_db()
    return user


# --- the clock ------------------------------------------------


def test_u8_who_has_not_signed_in_for_45_days_is_disabled(person: User) -> None:
    sweep(44)
    person.refresh_from_db()
    assert person.disabled_at is None
    sweep(45)
    person.refresh_from_db()
    assert person.disabled_at == day(45)
    assert person.disabled_kind == DisabledKind.IDLE
    assert person.is_active
    event = Event.objects.get(kind="identity.disabled", scope_id=person.pk)
    assert event.reason == "The automatic check of idle users"


def test_u8_the_day_begins_at_midnight_eastern(person: User) -> None:
    last_minute = dt.datetime(2026, 4, 16, 3, 59, tzinfo=dt.UTC)
    with clock.at(last_minute):
        tasks.sweep_idle_users()
    assert not User.objects.exclude(disabled_at=None).exists()
    with clock.at(last_minute + dt.timedelta(minutes=1)):
        tasks.sweep_idle_users()
    assert User.objects.exclude(disabled_at=None).count() == 1


def test_u8_a_warning_goes_out_15_7_and_1_days_before(person: User) -> None:
    for number in range(45):
        sweep(number)
    assert kinds() == [("user.idle_warning", "rosa@example.com")] * 3
    days = [mail.created_at for mail in Outbox.objects.order_by("created_at")]
    assert days == [day(29), day(37), day(43)]
    last = Outbox.objects.latest("created_at")
    assert "Apr 15, 2026" in last.text
    assert last.subject == "Sign in by Apr 15, 2026 to stay active"
    assert Notification.objects.filter(user_id=person.pk, kind="user.idle_warning").count() == 3


def test_u8_a_sweep_that_stood_still_warns_once_and_disables_all(person: User) -> None:
    other = UserFactory.create(registered_at=day(3), signed_in_at=day(3))
    sweep(46)
    sweep(46)
    person.refresh_from_db()
    other.refresh_from_db()
    assert person.disabled_at == day(46)
    assert other.disabled_at is None
    assert [one for one in kinds() if one[0] == "user.idle_warning"] == [
        ("user.idle_warning", other.email)
    ]
    assert SweepRun.objects.filter(sweep="idle_users").count() == 2


def test_u8_a_sweep_may_run_as_often_as_it_likes(person: User) -> None:
    for _ in range(3):
        sweep(45)
    assert Event.objects.filter(kind="identity.disabled").count() == 1
    assert Outbox.objects.filter(kind="user.idle_disabled").count() == 1


def test_u8_idle_days_count_from_the_registration_of_who_never_came_back(person: User) -> None:
    fresh = UserFactory.create(registered_at=BEGAN, signed_in_at=None)
    sweep(44)
    fresh.refresh_from_db()
    assert fresh.disabled_at is None
    sweep(45)
    fresh.refresh_from_db()
    assert fresh.disabled_kind == DisabledKind.IDLE


def test_u8_signing_in_begins_the_days_anew(person: User) -> None:
    sweep(31)
    with clock.at(day(40)):
        User.objects.update(password_changed_at=clock.now())
        sign_in(Client(), person.email)
    sweep(45)
    sweep(84)
    person.refresh_from_db()
    assert person.disabled_at is None
    sweep(85)
    person.refresh_from_db()
    assert person.disabled_at == day(85)


@override_settings(DEMO_TODAY="2031-01-01")
def test_u8_idle_days_are_real_days_whatever_the_demonstration_says() -> None:
    user = UserFactory.create()
    tasks.sweep_idle_users()
    user.refresh_from_db()
    assert user.disabled_at is None
    assert not Outbox.objects.exists()


def test_u8_staff_and_unfinished_registrations_do_not_idle(person: User) -> None:
    about = {"registered_at": BEGAN, "signed_in_at": None}
    for role in StaffRole.values:
        UserFactory.create(staff_role=role, **about)
    UserFactory.create(set_up_step="password", **about)
    sweep(300)
    assert [user.pk for user in User.objects.exclude(disabled_at=None)] == [person.pk]


@override_settings(CLOCK_IDLE_USER=10)
def test_u8_the_days_are_a_setting(person: User) -> None:
    sweep(10)
    person.refresh_from_db()
    assert person.disabled_at == day(10)


def test_u8_the_person_the_administrators_and_the_specialist_are_told(
    person: User, model: SecurityModel, scss: User
) -> None:
    boss = make_member(model.trade_account, type=MembershipType.COMPANY_ADMINISTRATOR).user
    make_member(model.trade_account)
    other = make_member(make_account(), type=MembershipType.COMPANY_ADMINISTRATOR).user
    User.objects.exclude(pk=person.pk).update(registered_at=day(44), signed_in_at=day(44))
    sweep(45)
    assert boss is not None and other is not None
    told = {mail.to_address: mail for mail in Outbox.objects.filter(kind="user.idle_disabled")}
    assert set(told) == {person.email, boss.email, scss.email}
    assert "/account/disabled" in told[person.email].text
    assert "You can still sign in" in told[person.email].text
    assert "/scss/disabled-users" in told[scss.email].text
    assert person.name in told[boss.email].text
    assert f"{model.trade_account.name}, {model.reference}" in told[scss.email].text


def test_u8_the_sweep_asks_the_same_however_many_are_at_work(
    person: User, django_assert_max_num_queries: Any
) -> None:
    UserFactory.create_batch(20)
    with django_assert_max_num_queries(20):
        sweep(1)


# --- what a disabled person can do ------------------------------------------------


def test_r7_signing_in_does_not_heal_even_while_the_sweep_stands_still(
    client: Client, person: User
) -> None:
    with clock.at(day(60)):
        User.objects.update(password_changed_at=clock.now())
        sign_in(client, person.email)
        assert client.get("/home")["Location"].startswith("/account/disabled")
        page = client.get("/account/disabled").content.decode()
    assert "No sign-in for 45 days" in page
    person.refresh_from_db()
    assert person.disabled_at == day(60)
    assert person.signed_in_at == BEGAN


def test_r7_sessions_and_reset_links_of_a_disabled_person_end(client: Client) -> None:
    user, boss = UserFactory.create(), UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    sign_in(client, user.email)
    link = services.send_reset_link(actor=for_user(boss), user=user)
    assert is_signed_in(client)
    services.disable_user(actor=for_user(boss), user_id=user.pk, reason="Left the company")
    assert client.get("/home")["Location"].startswith("/sign-in")
    link.refresh_from_db()
    assert link.ended_at is not None
    assert MailedLink.objects.filter(purpose=LinkPurpose.PASSWORD_RESET, ended_at=None).count() == 0
    sign_in(client, user.email)
    assert "Left the company" in client.get("/account/disabled").content.decode()


def test_r7_an_officer_who_is_disabled_cannot_sign_and_is_not_named_as_able() -> None:
    from agreements import services as agreements
    from agreements.providers.signables import signable
    from agreements.selectors import offer
    from core.access import enter_roots
    from security_models.grants import who_can
    from security_models.policies import P
    from tests.factories.reviews import ready_model

    model = ready_model()
    officer = model.started_by
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    access = enter_roots(for_user(officer), kwargs)
    what = signable("application")
    assert what is not None
    read = offer(what, access=access).hash
    ceremony = agreements.begin(actor=access, signable=what, read_hash=read)
    agreements.declare(
        actor=access, ceremony=ceremony, certified=True, electronic=True, typed_name=access.name
    )
    assert officer.name in who_can(model, P.SUBMIT)
    User.objects.filter(pk=officer.pk).update(disabled_at=clock.now())
    with pytest.raises(Refused) as refused:
        agreements.sign(actor=access, signable=what, ceremony=ceremony, proofs=["password"])
    assert refused.value.problems[0].code == "user_disabled"
    assert not model.signatures.exists()
    assert officer.name not in who_can(model, P.SUBMIT)


# --- reactivating ------------------------------------------------


def test_r7_a_specialist_of_one_of_the_models_makes_active_again(
    model: SecurityModel, scss: User
) -> None:
    person = disable_for_idling(model.started_by)
    services.reactivate_user(actor=for_user(scss), user_id=person.pk)
    person.refresh_from_db()
    assert person.disabled_at is None and person.disabled_kind == ""
    mail = Outbox.objects.get(kind="user.reactivated")
    assert mail.to_address == person.email
    assert "before midnight Eastern time" in mail.text
    assert Event.objects.get(kind="identity.reactivated").actor_id == scss.pk


def test_r7_a_specialist_of_other_models_finds_nobody(model: SecurityModel, scss: User) -> None:
    person = disable_for_idling(model.started_by)
    stranger = assign(make_model(make_account()))
    with pytest.raises(NotVisible):
        services.reactivate_user(actor=for_user(stranger), user_id=person.pk)
    model.assignments.update(ended_at=clock.now())
    with pytest.raises(NotVisible):
        services.reactivate_user(actor=for_user(scss), user_id=person.pk)


def test_r7_management_makes_anybody_active_again() -> None:
    person = disable_for_idling(UserFactory.create())
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    person.refresh_from_db()
    assert person.disabled_at is None


@pytest.mark.parametrize("role", ["", StaffRole.PROGRAM_ADMIN, StaffRole.HELPDESK])
def test_r7_nobody_else_does(role: str) -> None:
    person = disable_for_idling(UserFactory.create())
    with pytest.raises(NotAllowed):
        services.reactivate_user(
            actor=for_user(UserFactory.create(staff_role=role)), user_id=person.pk
        )


def test_r7_who_was_disabled_by_hand_is_for_management(model: SecurityModel, scss: User) -> None:
    person, boss = model.started_by, UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    services.disable_user(actor=for_user(boss), user_id=person.pk, reason="Under investigation")
    with pytest.raises(NotAllowed):
        services.reactivate_user(actor=for_user(scss), user_id=person.pk)
    client = Client()
    client.force_login(scss)
    page = client.get(f"/scss/disabled-users/{person.pk}").content.decode()
    assert "Only management can reactivate this user" in page
    assert boss.name in page
    assert client.post(f"/scss/disabled-users/{person.pk}").status_code == 403
    services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    person.refresh_from_db()
    assert person.disabled_at is None


def test_r7_who_is_made_active_again_signs_in_on_that_day_or_is_disabled_again() -> None:
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    lazy, quick = (disable_for_idling(UserFactory.create()) for _ in range(2))
    evening = dt.datetime(2026, 12, 2, 4, 30, tzinfo=dt.UTC)
    with clock.at(evening):
        User.objects.update(password_changed_at=clock.now())
        for user in (lazy, quick):
            services.reactivate_user(actor=for_user(boss), user_id=user.pk)
        sign_in(Client(), quick.email)
    with clock.at(evening + dt.timedelta(minutes=29)):
        tasks.sweep_reactivated_users()
    assert not User.objects.exclude(disabled_at=None).exists()
    with clock.at(evening + dt.timedelta(minutes=30)):
        tasks.sweep_reactivated_users()
        tasks.sweep_reactivated_users()
    lazy.refresh_from_db()
    quick.refresh_from_db()
    assert lazy.disabled_kind == DisabledKind.NOT_BACK
    assert quick.disabled_at is None
    assert Event.objects.filter(kind="identity.disabled", scope_id=lazy.pk).count() == 2


def test_r7_a_sign_in_after_that_midnight_comes_too_late_without_any_sweep() -> None:
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    lazy = disable_for_idling(UserFactory.create())
    services.reactivate_user(actor=for_user(boss), user_id=lazy.pk)
    client = Client()
    with clock.at(clock.now() + dt.timedelta(days=1)):
        sign_in(client, lazy.email)
        page = client.get("/account/disabled").content.decode()
    assert "No sign-in on the day of the reactivation" in page


def test_r7_two_people_at_once_make_active_once() -> None:
    person = disable_for_idling(UserFactory.create())
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    with pytest.raises(Refused):
        services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    assert Outbox.objects.filter(kind="user.reactivated").count() == 1


@pytest.mark.django_db(transaction=True)
def test_r7_of_a_sign_in_and_the_sweep_at_once_one_comes_first() -> None:
    user = UserFactory.create(registered_at=clock.now() - dt.timedelta(days=90), signed_in_at=None)

    def act(number: int) -> None:
        try:
            if number % 2:
                services.disable_if_idle(user_id=user.pk)
            else:
                sign_in(Client(), user.email)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, range(6)))
    user.refresh_from_db()
    assert user.disabled_at is not None and user.signed_in_at is None
    assert Event.objects.filter(kind="identity.disabled").count() == 1


def test_r7_a_sign_in_that_was_begun_before_the_sweep_does_not_write_over_it() -> None:
    """The person is read, then the sweep runs, then the sign-in is written."""
    long_ago = clock.now() - dt.timedelta(days=90)
    user = UserFactory.create(registered_at=long_ago, signed_in_at=long_ago)
    read_before = User.objects.get(pk=user.pk)
    disable_for_idling(user)
    request = RequestFactory().post("/sign-in")
    services.record_sign_in(actor=for_user(read_before), request=request)
    user.refresh_from_db()
    assert user.disabled_at is not None and user.signed_in_at is None


# --- disabling by hand ------------------------------------------------


@pytest.mark.parametrize("role", [StaffRole.HELPDESK, StaffRole.MANAGEMENT])
def test_r7_helpdesk_and_management_disable_with_a_reason(role: StaffRole) -> None:
    person, actor = UserFactory.create(), UserFactory.create(staff_role=role)
    services.disable_user(actor=for_user(actor), user_id=person.pk, reason="Asked by the company")
    person.refresh_from_db()
    assert (person.disabled_kind, person.disabled_reason) == ("by_hand", "Asked by the company")
    assert user_state.may_act(person) is not None
    mail = Outbox.objects.get(kind="user.idle_disabled", to_address=person.email)
    assert "Asked by the company" not in mail.text


@pytest.mark.parametrize("role", ["", StaffRole.SCSS, StaffRole.PROGRAM_ADMIN])
def test_r7_nobody_else_disables(role: str) -> None:
    with pytest.raises(NotAllowed):
        services.disable_user(
            actor=for_user(UserFactory.create(staff_role=role)),
            user_id=UserFactory.create().pk,
            reason="x",
        )


def test_r7_helpdesk_does_not_disable_staff_and_nobody_oneself() -> None:
    helpdesk = UserFactory.create(staff_role=StaffRole.HELPDESK)
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    with pytest.raises(NotAllowed):
        services.disable_user(actor=for_user(helpdesk), user_id=boss.pk, reason="x")
    with pytest.raises(Refused) as refused:
        services.disable_user(actor=for_user(boss), user_id=boss.pk, reason="x")
    assert {one.code for one in refused.value.problems} == {"oneself", "last_management"}


@pytest.mark.django_db(transaction=True)
def test_r7_of_two_of_management_who_disable_each_other_at_once_one_is_left() -> None:
    """Each could be the one who remains, until one of them is disabled."""
    pair = [UserFactory.create(staff_role=StaffRole.MANAGEMENT) for _ in range(2)]
    at_once = threading.Barrier(2)

    def act(number: int) -> str:
        try:
            at_once.wait(10)
            other = pair[1 - number].pk
            services.disable_user(actor=for_user(pair[number]), user_id=other, reason="x")
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "disabled"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(act, range(2)))
    assert outcomes == ["disabled", "last_management"]
    assert User.objects.filter(pk__in=[one.pk for one in pair], disabled_at=None).count() == 1


# --- pages ------------------------------------------------


def test_r7_a_specialist_finds_the_disabled_on_the_partner_page_and_in_the_list(
    client: Client, model: SecurityModel, scss: User
) -> None:
    person = disable_for_idling(model.started_by)
    hidden = disable_for_idling(UserFactory.create())
    client.force_login(scss)
    where = f"/scss/disabled-users/{person.pk}"
    assert where in client.get(f"/scss/m/{model.pk}/").content.decode()
    page = client.get("/scss/disabled-users").content.decode()
    assert where in page and model.trade_account.name in page
    assert hidden.email not in page
    assert client.get(f"/scss/disabled-users/{hidden.pk}").status_code == 404
    shown = client.get(where).content.decode()
    assert "No sign-in for 45 days" in shown
    assert client.post(where)["Location"] == "/scss/disabled-users"
    assert "You reactivated" in client.get("/scss/disabled-users").content.decode()


def test_r7_a_specialist_reads_the_names_of_the_own_companies_only(
    client: Client, model: SecurityModel, scss: User
) -> None:
    elsewhere = make_account("Somewhere Else Freight")
    make_member(elsewhere, user=model.started_by)
    disable_for_idling(model.started_by)
    client.force_login(scss)
    page = client.get("/scss/disabled-users").content.decode()
    assert model.trade_account.name in page
    assert "Somewhere Else Freight" not in page


def test_r7_the_list_is_filtered_exported_and_constant_in_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        UserFactory.create(
            disabled_at=clock.now(), disabled_kind="idle" if number else "by_hand",
            disabled_reason="" if number else "=1+1",
        )  # fmt: skip
    client.force_login(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    client.get("/scss/disabled-users")
    with django_assert_max_num_queries(12):
        page = client.get("/scss/disabled-users")
    assert page.context["page"].total == 30
    one = client.get("/scss/disabled-users?why=by_hand")
    assert one.context["page"].total == 1
    text = client.get("/scss/disabled-users?why=by_hand&export=csv").content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert client.get("/scss/disabled-users?export=xlsx").content[:2] == b"PK"
    assert "Nothing matches" in client.get("/scss/disabled-users?q=nobody+here").content.decode()


def test_r7_an_empty_list_says_so(client: Client) -> None:
    client.force_login(UserFactory.create(staff_role=StaffRole.SCSS))
    assert "No user is disabled." in client.get("/scss/disabled-users").content.decode()


def test_r7_a_button_pressed_twice_says_that_the_user_is_active(client: Client) -> None:
    person = disable_for_idling(UserFactory.create())
    client.force_login(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    client.post(f"/scss/disabled-users/{person.pk}")
    again = client.post(f"/scss/disabled-users/{person.pk}")
    assert again.status_code == 422
    assert b"This user is already active." in again.content


def test_r7_a_disabled_contact_still_stands_in_the_list_of_users(client: Client) -> None:
    account = make_account()
    model = make_model(account)
    disabled = make_contact(model, role=ContactRole.EMPLOYEE).membership.user
    assert disabled is not None
    disable_for_idling(disabled)
    client.force_login(account.created_by)
    page = client.get(f"/t/{account.pk}/profile/users").content.decode()
    assert "Disabled" in page and disabled.email in page


def test_the_clock_of_a_person_is_read_from_the_row() -> None:
    user = UserFactory.build(registered_at=BEGAN, signed_in_at=None)
    assert idle.due_on(user) == dt.date(2026, 4, 16)
