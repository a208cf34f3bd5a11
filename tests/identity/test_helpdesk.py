"""R5, U6: the helpdesk looks after people's sign-ins; two people help someone sign in again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.models import Event, StatusChange
from audit.services import person_scope, record
from core import clock
from core.access import for_user
from core.errors import NotAllowed, Refused
from identity import services
from identity.models import MailedLink, RecoveryCase, User
from identity.selectors.helpdesk import case_state
from identity.selectors.user_state import open_sessions
from identity.states import CaseStatus, Lost, StaffRole
from notifications.models import Outbox
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.factories.trade import make_account, make_member, make_model
from tests.identity.road import is_signed_in, sign_in
from trade_accounts.states import MembershipType

pytestmark = pytest.mark.django_db

REASON = {"reason": "Lost the phone.", "identity_check": "Called back at the number on file."}


@pytest.fixture
def first() -> User:
    """The person who opens cases."""
    return UserFactory.create(staff_role=StaffRole.HELPDESK)


@pytest.fixture
def second() -> User:
    """The person who decides them."""
    return UserFactory.create(staff_role=StaffRole.HELPDESK)


@pytest.fixture
def boss() -> User:
    """Management."""
    return UserFactory.create(staff_role=StaffRole.MANAGEMENT)


@pytest.fixture
def person() -> User:
    """A member of a company that has another Company Administrator."""
    user: User = UserFactory.create(authenticator=True)
    account = make_account("Halfmoon Drayage")
    make_member(account, user)
    return user


def administrator(person: User) -> User:
    """The other Company Administrator."""
    user: User = User.objects.get(
        memberships__type=MembershipType.COMPANY_ADMINISTRATOR,
        memberships__trade_account__memberships__user=person,
    )
    return user


def agreed(person: User) -> str:
    """The id of the person who agrees."""
    return str(administrator(person).pk)


def opened(first: User, person: User, lost: str = Lost.PASSWORD) -> RecoveryCase:
    """An open case."""
    return services.open_case(
        actor=for_user(first),
        user_id=person.pk,
        lost=lost,
        agreed_by=agreed(person),
        **REASON,
    )


def problems(refused: Any) -> set[str]:
    """The codes of a refusal."""
    return {one.code for one in refused.value.problems}


# --- two people -----------------------------------------------------


def test_u6_a_second_person_approves_and_a_fresh_link_is_mailed(
    first: User, second: User, person: User
) -> None:
    case = opened(first, person)
    assert not MailedLink.objects.exists()
    services.approve_case(actor=for_user(second), case_id=case.pk)
    link = MailedLink.objects.get()
    assert (link.user_id, link.without_answers) == (person.pk, True)
    mail = Outbox.objects.get(kind="user.password_reset_link")
    assert mail.to_address == person.email
    case.refresh_from_db()
    assert case.status == CaseStatus.APPROVED and case.decided_by == second
    assert StatusChange.objects.filter(thing="recovery_case").count() == 2


def test_u6_who_opened_a_case_cannot_approve_it(first: User, person: User) -> None:
    case = opened(first, person)
    with pytest.raises(Refused) as refused:
        services.approve_case(actor=for_user(first), case_id=case.pk)
    assert problems(refused) == {"second_person"}
    assert not MailedLink.objects.exists()


def test_u6_not_even_the_database_lets_one_person_do_both(first: User, person: User) -> None:
    case = opened(first, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryCase.objects.filter(pk=case.pk).update(status=CaseStatus.APPROVED, decided_by=first)


@pytest.mark.parametrize("role", ["", StaffRole.SCSS, StaffRole.PROGRAM_ADMIN])
def test_u6_nobody_else_opens_or_decides(
    role: str, first: User, second: User, person: User
) -> None:
    actor = for_user(UserFactory.create(staff_role=role))
    with pytest.raises(NotAllowed):
        services.open_case(actor=actor, user_id=person.pk, lost="password", **REASON)
    case = opened(first, person)
    with pytest.raises(NotAllowed):
        services.approve_case(actor=actor, case_id=case.pk)
    with pytest.raises(NotAllowed):
        services.decline_case(actor=actor, case_id=case.pk, note="x")


def test_u6_nobody_opens_or_decides_a_case_about_oneself(
    first: User, second: User, boss: User
) -> None:
    with pytest.raises(Refused) as refused:
        services.open_case(actor=for_user(first), user_id=first.pk, lost="factor", **REASON)
    assert problems(refused) == {"oneself"}
    case = services.open_case(actor=for_user(boss), user_id=first.pk, lost="password", **REASON)
    for act in (services.approve_case, services.decline_case):
        with pytest.raises(Refused):
            act(actor=for_user(first), case_id=case.pk, note="x")


def test_u6_management_does_not_approve_a_case_about_itself(first: User, boss: User) -> None:
    case = services.open_case(actor=for_user(first), user_id=boss.pk, lost="both", **REASON)
    with pytest.raises(Refused) as refused:
        services.approve_case(actor=for_user(boss), case_id=case.pk)
    assert problems(refused) == {"second_person"}


def test_u6_for_a_partner_an_administrator_of_the_company_must_have_agreed(
    first: User, person: User
) -> None:
    stranger = make_account("Larkspur Customs Brokers").created_by
    for choice in ("", str(stranger.pk), str(person.pk)):
        with pytest.raises(Refused) as refused:
            services.open_case(
                actor=for_user(first),
                user_id=person.pk,
                lost="password",
                agreed_by=choice,
                **REASON,
            )
        assert problems(refused) == {"agreed_by"}


def test_u6_where_nobody_could_agree_management_approves(
    first: User, second: User, boss: User
) -> None:
    alone = make_account().created_by
    case = services.open_case(actor=for_user(first), user_id=alone.pk, lost="password", **REASON)
    with pytest.raises(Refused) as refused:
        services.approve_case(actor=for_user(second), case_id=case.pk)
    assert problems(refused) == {"management"}
    services.approve_case(actor=for_user(boss), case_id=case.pk)
    assert MailedLink.objects.count() == 1


def test_u6_for_staff_management_approves(first: User, second: User, boss: User) -> None:
    colleague = UserFactory.create(staff_role=StaffRole.SCSS)
    case = services.open_case(actor=for_user(first), user_id=colleague.pk, lost="factor", **REASON)
    with pytest.raises(Refused):
        services.approve_case(actor=for_user(second), case_id=case.pk)
    services.approve_case(actor=for_user(boss), case_id=case.pk)
    assert not TOTPDevice.objects.filter(user=colleague).exists()


def test_u6_a_lost_factor_is_removed_and_the_person_told(
    first: User, second: User, person: User, client: Client
) -> None:
    client.force_login(person)
    case = opened(first, person, Lost.FACTOR)
    assert TOTPDevice.objects.filter(user=person).exists()
    services.approve_case(actor=for_user(second), case_id=case.pk)
    assert not TOTPDevice.objects.filter(user=person).exists()
    assert Outbox.objects.filter(kind="user.mfa_changed", to_address=person.email).exists()
    assert not MailedLink.objects.exists()
    assert not is_signed_in(client)


def test_u6_a_case_can_be_declined_with_a_reason_and_then_nothing_happens(
    first: User, second: User, person: User
) -> None:
    case = opened(first, person, Lost.BOTH)
    with pytest.raises(Refused):
        services.decline_case(actor=for_user(second), case_id=case.pk, note="")
    services.decline_case(actor=for_user(second), case_id=case.pk, note="Not the person.")
    with pytest.raises(Refused):
        services.approve_case(actor=for_user(second), case_id=case.pk)
    assert TOTPDevice.objects.filter(user=person).exists()
    assert not MailedLink.objects.exists()


def test_u6_a_case_expires_after_72_hours_and_makes_room_for_another(
    first: User, second: User, person: User
) -> None:
    case = opened(first, person)
    with pytest.raises(Refused) as refused:
        opened(second, person)
    assert problems(refused) == {"open"}
    with clock.at(case.opened_at + dt.timedelta(hours=72)):
        assert case_state(case) == CaseStatus.EXPIRED
        with pytest.raises(Refused) as refused:
            services.approve_case(actor=for_user(second), case_id=case.pk)
        assert problems(refused) == {"expired"}
        opened(second, person)
    case.refresh_from_db()
    assert case.status == CaseStatus.EXPIRED


@pytest.mark.django_db(transaction=True)
def test_u6_of_ten_approvals_at_once_one_counts() -> None:
    first, person = UserFactory.create(staff_role="helpdesk"), UserFactory.create()
    make_member(make_account(), person)
    case = opened(first, person)
    people = UserFactory.create_batch(10, staff_role="helpdesk")

    def approve(user: User) -> bool:
        try:
            services.approve_case(actor=for_user(user), case_id=case.pk)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(approve, people)) == 1
    assert MailedLink.objects.count() == 1


def test_u6_an_unfinished_registration_has_its_own_way(first: User) -> None:
    user = UserFactory.create(set_up_step="questions")
    with pytest.raises(Refused) as refused:
        services.open_case(actor=for_user(first), user_id=user.pk, lost="password", **REASON)
    assert problems(refused) == {"unfinished"}
    services.send_registration_link(actor=for_user(first), user_id=user.pk)
    assert Outbox.objects.get(kind="user.confirm_address").to_address == user.email
    for _ in range(4):
        services.send_registration_link(actor=for_user(first), user_id=user.pk)
    with pytest.raises(Refused) as refused:
        services.send_registration_link(actor=for_user(first), user_id=user.pk)
    assert problems(refused) == {"enough"}


def test_u6_no_link_is_sent_again_to_who_is_registered(first: User, person: User) -> None:
    with pytest.raises(Refused):
        services.send_registration_link(actor=for_user(first), user_id=person.pk)


# --- what is seen -----------------------------------------------------


def test_u6_nobody_of_the_program_sees_a_secret(
    client: Client, first: User, second: User, person: User
) -> None:
    case = opened(first, person)
    services.approve_case(actor=for_user(second), case_id=case.pk)
    person.refresh_from_db()
    secret = Outbox.objects.get(kind="user.password_reset_link").text.split("/recover/link/")[1][
        :43
    ]
    device = TOTPDevice.objects.get(user=person)
    client.force_login(second)
    for path in (f"/helpdesk/users/{person.pk}", f"/helpdesk/recoveries/{case.pk}", "/helpdesk/"):
        page = client.get(path).content.decode()
        for hidden in (secret, person.password, device.key, "answer_hash"):
            assert hidden not in page, path


def test_r5_the_helpdesk_sees_names_of_companies_and_nothing_of_their_content(
    client: Client, first: User, person: User
) -> None:
    account = person.memberships.get().trade_account
    model = make_model(account)
    client.force_login(first)
    page = client.get(f"/helpdesk/users/{person.pk}").content.decode()
    assert account.name in page
    assert model.reference not in page
    for path in (
        f"/t/{account.pk}/profile/company",
        f"/t/{account.pk}/m/{model.pk}/",
        f"/scss/m/{model.pk}/",
    ):
        assert client.get(path).status_code in {403, 404}, path


def test_every_act_of_the_program_stands_in_the_persons_own_history(
    first: User, second: User, boss: User, person: User
) -> None:
    case = opened(first, person)
    services.decline_case(actor=for_user(second), case_id=case.pk, note="No.")
    case = opened(first, person)
    services.approve_case(actor=for_user(second), case_id=case.pk)
    services.end_sessions(actor=for_user(first), user=person)
    services.disable_user(actor=for_user(first), user_id=person.pk, reason="Asked by the company")
    services.reactivate_user(actor=for_user(boss), user_id=person.pk)
    client = Client()
    person.refresh_from_db()
    client.force_login(person)
    page = client.get("/account/history").content.decode()
    for words in (
        "opened a recovery of the sign-in",
        "approved the recovery of the sign-in",
        "declined the recovery of the sign-in",
        "disabled the sign-in: Asked by the company",
        "reactivated the sign-in",
        first.name,
        second.name,
        boss.name,
    ):
        assert words in page, words
    others = client.get("/account/history?who=others").context["page"]
    assert others.total == Event.objects.filter(scope_id=person.pk).count()
    assert client.get("/account/history?export=xlsx").content[:2] == b"PK"
    services.end_sessions(
        actor=for_user(person), user=person, keep=client.session.session_key or ""
    )
    own = client.get("/account/history?who=own&export=csv").content.decode("utf-8-sig")
    assert ",You,ended" in own
    stranger = Client()
    stranger.force_login(UserFactory.create())
    assert first.name not in stranger.get("/account/history").content.decode()


def test_u6_the_person_is_mailed_as_soon_as_a_case_is_opened(first: User, person: User) -> None:
    opened(first, person)
    mail = Outbox.objects.get(kind="user.recovery_opened")
    assert mail.to_address == person.email
    assert "Lost the phone" not in mail.text


# --- pages -----------------------------------------------------


def test_people_are_found_by_name_and_address_and_filtered(
    client: Client, first: User, django_assert_max_num_queries: Any
) -> None:
    UserFactory.create_batch(40)
    found = UserFactory.create(first_name="Zerlina", last_name="Quist", email="zq@example.com")
    gone = UserFactory.create(disabled_at=clock.now(), disabled_kind="idle")
    late = UserFactory.create(set_up_step="password")
    client.force_login(first)
    client.get("/helpdesk/")
    with django_assert_max_num_queries(10):
        client.get("/helpdesk/")

    def shown(query: str) -> list[User]:
        return list(client.get(f"/helpdesk/?{query}").context["page"].page)

    assert shown("q=zerlina") == shown("q=zq@ex") == [found]
    assert shown("state=disabled") == [gone]
    assert shown("state=unfinished") == [late]
    assert first in shown("kind=helpdesk")
    assert shown("q=nobody-of-that-name") == []
    assert client.get("/helpdesk/?export=csv").status_code == 200


def test_the_helpdesk_begins_at_its_users_and_finds_its_menu(client: Client, first: User) -> None:
    client.force_login(first)
    assert client.get("/home")["Location"] == "/helpdesk/"
    page = client.get("/helpdesk/").content.decode()
    assert "/helpdesk/recoveries" in page
    assert "/scss/pool" not in page


@pytest.mark.parametrize("role", StaffRole.values)
def test_u6_the_helpdesk_touches_no_staff_and_management_does(
    client: Client, first: User, boss: User, role: StaffRole
) -> None:
    staff = UserFactory.create(staff_role=role, authenticator=True)
    at_work = Client()
    at_work.force_login(staff)
    at_work.get("/account/second-factors")
    handle = next(iter(open_sessions(staff))).handle
    helpdesk, management = for_user(first), for_user(boss)
    acts: dict[str, Any] = {
        "end_sessions": lambda actor: services.end_sessions(actor=actor, user=staff),
        "end_session": lambda actor: services.end_session(actor=actor, user=staff, handle=handle),
        "disable": lambda actor: services.disable_user(
            actor=actor, user_id=staff.pk, reason="Asked for"
        ),
        "remove_factors": lambda actor: services.remove_factors(actor=actor, user=staff),
    }
    for act in acts.values():
        with pytest.raises(NotAllowed):
            act(helpdesk)
    client.force_login(first)
    page = client.get(f"/helpdesk/users/{staff.pk}").content.decode()
    for name in ("end-sessions", "disable"):
        assert f"{staff.pk}/{name}" not in page
        assert client.get(f"/helpdesk/users/{staff.pk}/{name}").status_code == 403
        assert client.post(f"/helpdesk/users/{staff.pk}/{name}").status_code == 403
    staff.refresh_from_db()
    assert staff.disabled_at is None and open_sessions(staff).count() == 1
    for name in ("end_session", "end_sessions", "remove_factors", "disable"):
        acts[name](management)


def test_u6_an_agreed_case_of_somebody_who_is_staff_by_now_is_for_management(
    first: User, second: User, boss: User, person: User
) -> None:
    case = opened(first, person)
    User.objects.filter(pk=person.pk).update(staff_role=StaffRole.MANAGEMENT)
    with pytest.raises(Refused) as refused:
        services.approve_case(actor=for_user(second), case_id=case.pk)
    assert problems(refused) == {"management"}
    services.approve_case(actor=for_user(boss), case_id=case.pk)


def test_sessions_are_ended_from_the_page_of_a_person(
    client: Client, first: User, person: User
) -> None:
    away = Client()
    User.objects.filter(pk=person.pk).update(signed_in_at=None)
    TOTPDevice.objects.filter(user=person).delete()
    sign_in(away, person.email)
    client.force_login(first)
    where = f"/helpdesk/users/{person.pk}"
    assert "End all sessions" in client.get(where).content.decode()
    assert client.post(f"{where}/end-sessions")["Location"] == where
    assert not is_signed_in(away)
    assert "No open session." in client.get(where).content.decode()


def test_a_case_is_opened_and_decided_on_pages_with_proof(
    client: Client, first: User, second: User, person: User
) -> None:
    client.force_login(first)
    where = f"/helpdesk/users/{person.pk}/recovery"
    bad = client.post(where, {"reason": "x" * 501, "identity_check": "", "lost": "all"})
    assert bad.status_code == 422
    assert set(bad.context["form"].errors) == {"reason", "identity_check", "lost", "agreed_by"}
    data = {**REASON, "lost": "password", "agreed_by": agreed(person)}
    decide = client.post(where, data)["Location"]
    assert "You opened this recovery" in client.get(decide).content.decode()
    again = client.post(where, data)
    assert again.status_code == 422
    other = Client()
    other.force_login(second)
    answer = {"decision": "approve", "note": "", "proof_password": "Not-The-One-42"}
    answer["proof_code"] = code_of(second)
    assert other.post(decide, answer).status_code == 422
    assert not MailedLink.objects.exists()
    answer["proof_password"] = PASSWORD
    assert other.post(decide, answer)["Location"] == decide
    assert MailedLink.objects.count() == 1
    assert "Approved" in other.get(decide).content.decode()
    listed = other.get("/helpdesk/recoveries?status=approved")
    assert person.name in listed.content.decode()
    assert other.get("/helpdesk/recoveries?status=open").context["page"].total == 0


def test_recoveries_and_the_page_of_a_person_cost_the_same_however_many_there_are(
    client: Client, first: User, person: User, django_assert_max_num_queries: Any
) -> None:
    for one in [person, *UserFactory.create_batch(20)]:
        RecoveryCase.objects.create(
            user=one, lost=Lost.BOTH, opened_at=clock.now(), opened_by=UserFactory.create(),
            status=CaseStatus.DECLINED, expires_at=clock.now(), **REASON,
        )  # fmt: skip
    RecoveryCase.objects.bulk_create(
        RecoveryCase(
            user=person, lost=Lost.BOTH, opened_at=clock.now(), opened_by=UserFactory.create(),
            status=CaseStatus.DECLINED, expires_at=clock.now(), **REASON,
        )
        for _ in range(20)
    )  # fmt: skip
    for _ in range(20):
        record("identity.signed_in", actor=for_user(person), scope=person_scope(person.pk))
        sign_in(Client(), person.email)
    client.force_login(first)
    client.get("/helpdesk/")
    with django_assert_max_num_queries(10):
        page = client.get("/helpdesk/recoveries")
    assert page.context["page"].total == 41
    with django_assert_max_num_queries(20):
        client.get(f"/helpdesk/users/{person.pk}")
    client.force_login(person)
    client.get("/account")
    with django_assert_max_num_queries(10):
        page = client.get("/account/history")
    assert page.context["page"].total >= 20


def test_disabling_by_hand_asks_for_a_reason_and_keeps_what_was_typed(
    client: Client, first: User, person: User
) -> None:
    client.force_login(first)
    where = f"/helpdesk/users/{person.pk}/disable"
    assert client.post(where, {"reason": ""}).status_code == 422
    kept = client.post(where, {"reason": "y" * 201})
    assert kept.status_code == 422 and b"yyyy" in kept.content
    assert client.post(where, {"reason": "Left the company"}).status_code == 302
    person.refresh_from_db()
    assert person.disabled_reason == "Left the company"
    again = client.post(where, {"reason": "Twice"})
    assert again.status_code == 422
