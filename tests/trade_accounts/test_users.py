"""Users, invitations, Company Administrators (T4, T6, R3-R5)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event, StatusChange
from core import clock
from core.access import enter_roots, for_user
from core.errors import NotAllowed, NotVisible, Problem, Refused
from core.ids import new_id
from identity.models import User
from identity.states import SetUpStep
from notifications.models import Notification, Outbox
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.identity.road import look, press
from trade_accounts import services
from trade_accounts.models import ApiKey, Invitation, Membership, TradeAccount
from trade_accounts.policies import P
from trade_accounts.providers import reactions
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db

PERSON = {
    "email": "ines.calder@example.com",
    "email_again": "ines.calder@example.com",
    "salutation": "ms",
    "first_name": "Ines",
    "last_name": "Calder",
    "title": "Broker",
    "phone": "+1 956 555 0111",
    "type": "user",
}


def _access(user: User | None, account: TradeAccount) -> Any:
    return enter_roots(for_user(user), {"trade_id": account.pk})


def _invited(account: TradeAccount, **changes: Any) -> Membership:
    values = {**PERSON, **changes}
    values.pop("email_again")
    actor = _access(account.created_by, account)
    return services.invite(actor=actor, form_key=new_id(), **values)


def test_a1_pages_show_a_mail_domain_in_the_letters_that_it_was_typed_in(client: Client) -> None:
    account = make_account(
        administrator=UserFactory.create(email="ana@xn--strae-handel-o9a.example")
    )
    member = _invited(account, email="ines@xn--strae-handel-o9a.example")
    client.force_login(account.created_by)
    for path in (
        reverse("trade_accounts:users", args=[account.pk]),
        reverse("trade_accounts:summary", args=[account.pk]),
        reverse("trade_accounts:user", args=[account.pk, member.pk]),
        reverse("trade_accounts:user-end", args=[account.pk, member.pk]),
        reverse("identity:profile"),
    ):
        page = client.get(path).content.decode()
        assert "@straße-handel.example" in page, path
        assert "@xn--" not in page, path


def _token(email: str = PERSON["email"]) -> str:
    mail = Outbox.objects.filter(to_address=email, kind="user.invited").latest("created_at")
    found = re.search(r"/invitations/([\w-]+)", mail.text)
    assert found
    return found[1]


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def _post(client: Client, account: TradeAccount, **changes: Any) -> Any:
    url = f"/t/{account.pk}/profile/users/add"
    return client.post(url, {**PERSON, "form_key": str(new_id()), **changes})


def test_t6_a_person_is_invited_by_mail_with_a_link(client: Client, account: TradeAccount) -> None:
    assert _post(client, account).status_code == 302
    mail = Outbox.objects.get()
    assert mail.to_address == PERSON["email"] and account.name in mail.subject
    assert account.created_by.name in mail.text and "User" in mail.text
    assert Invitation.objects.get().token_hash not in mail.text
    page = client.get(f"/t/{account.pk}/profile/users").content.decode()
    assert "Ines Calder" in page and "Invited" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email_again": "someone@example.com"}, "email_again"),
        ({"email_again": ""}, "email_again"),
        ({"salutation": ""}, "salutation"),
        ({"salutation": "lord"}, "salutation"),
        ({"first_name": ""}, "first_name"),
        ({"last_name": "x" * 81}, "last_name"),
        ({"title": "\x00"}, "title"),
        ({"phone": "none"}, "phone"),
        ({"type": "officer"}, "type"),
        ({"type": ""}, "type"),
    ],
)
def test_t6_bad_input_is_refused_beside_its_field(
    client: Client, account: TradeAccount, changes: dict[str, str], field: str
) -> None:
    answer = _post(client, account, **changes)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Outbox.objects.exists()


def test_t6_sending_the_form_twice_invites_once(client: Client, account: TradeAccount) -> None:
    key = str(new_id())
    _post(client, account, form_key=key)
    assert _post(client, account, form_key=key).status_code == 302
    assert Outbox.objects.count() == 1


def test_t6_a_member_and_an_invited_person_are_not_invited_again(
    client: Client, account: TradeAccount
) -> None:
    _invited(account)
    upper = PERSON["email"].upper()
    assert _post(client, account, email=upper, email_again=upper).status_code == 422
    own = account.created_by.email
    assert _post(client, account, email=own, email_again=own).status_code == 422


#: Addresses of people about whom an inviter must learn nothing.
OTHERS: dict[str, dict[str, Any]] = {
    "nobody": {},
    "registered": {"first_name": "Wren"},
    "not finished": {"set_up_step": SetUpStep.QUESTIONS},
    "disabled": {"disabled_at": clock.now()},
    "scss": {"staff_role": "scss"},
    "management": {"staff_role": "management"},
    "staff, not finished": {"staff_role": "helpdesk", "set_up_step": SetUpStep.PROFILE},
}


def test_r5_an_invitation_tells_nothing_of_whose_the_address_is(
    client: Client, account: TradeAccount
) -> None:
    """The same answer, the same statements, the same email and the same list for every address."""
    told: dict[str, Any] = {}
    now = clock.now()
    for number, (who, about) in enumerate(OTHERS.items()):
        email = f"wren-{number}@example.com"
        if about:
            UserFactory.create(email=email, **about)
        with CaptureQueriesContext(connection) as statements, clock.at(now):
            answer = _post(client, account, email=email, email_again=email)
        (mail,) = Outbox.objects.filter(to_address=email)
        page = client.get(answer["Location"]).content.decode()
        row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*{re.escape(email)}.*?</tr>", page, re.DOTALL)
        assert row is not None
        pk = str(Membership.objects.get(email=email).pk)
        told[who] = (
            answer.status_code,
            len(statements),
            mail.kind,
            re.sub(r"/invitations/[\w-]+", "LINK", mail.text),
            row[0].replace(email, "EMAIL").replace(pk, "ID"),
        )
    assert len({str(one) for one in told.values()}) == 1, told


def test_r5_staff_cannot_accept(client: Client, account: TradeAccount) -> None:
    staff = UserFactory.create(staff_role="scss", email=PERSON["email"])
    membership = _invited(account)
    with pytest.raises(Refused) as refused:
        services.accept(actor=for_user(staff), membership_id=membership.pk)
    assert refused.value.code == "staff"
    membership.refresh_from_db()
    assert membership.state == MembershipState.INVITED


def test_t6_a_person_without_a_sign_in_is_led_through_the_set_up(
    client: Client, account: TradeAccount
) -> None:
    membership = _invited(account)
    stranger = Client()
    url = f"/invitations/{_token()}"
    for _ in range(3):
        page = look(stranger, url)
        assert page.status_code == 200 and "Set up your sign-in" in page.content.decode()
    answer = press(stranger, url)
    assert answer.status_code == 302 and "register" in answer["Location"]
    person = User.objects.get(email=PERSON["email"])
    assert (person.first_name, person.phone) == ("Ines", "+1 956 555 0111")
    membership.refresh_from_db()
    assert membership.state == MembershipState.INVITED


def test_t6_a_person_with_a_sign_in_is_asked_to_accept(
    client: Client, account: TradeAccount
) -> None:
    person = UserFactory.create(email=PERSON["email"], first_name="Inés", last_name="Calder")
    membership = _invited(account)
    url = f"/invitations/{_token()}"
    browser = Client()
    page = look(browser, url).content.decode()
    assert "Sign in to accept" in page
    browser.force_login(person)
    assert look(browser, url)["Location"] == f"/invitations/{membership.pk}/"
    assert account.name in browser.get("/invitations/").content.decode()
    accepted = browser.post(f"/invitations/{membership.pk}/", {"accept": "1"})
    assert accepted["Location"] == f"/t/{account.pk}/profile/company"
    assert browser.get(accepted["Location"]).status_code == 200
    membership.refresh_from_db()
    assert membership.user == person and membership.name == "Inés Calder"
    told = set(Outbox.objects.filter(kind="account.member_added").values_list("to_address"))
    assert told == {(person.email,), (account.created_by.email,)}
    # A second click changes nothing and emails nobody.
    assert browser.post(f"/invitations/{membership.pk}/", {"accept": "1"}).status_code == 302
    assert Outbox.objects.filter(kind="account.member_added").count() == 2


def test_r4_an_invited_person_counts_only_after_accepting(account: TradeAccount) -> None:
    person = UserFactory.create(email=PERSON["email"])
    membership = _invited(account)
    with pytest.raises(NotVisible):
        _access(person, account)
    services.accept(actor=for_user(person), membership_id=membership.pk)
    assert _access(person, account).has(P.VIEW)


def test_t6_nobody_but_the_owner_of_the_address_accepts(
    client: Client, account: TradeAccount
) -> None:
    membership = _invited(account)
    other = Client()
    other.force_login(UserFactory.create())
    page = look(other, f"/invitations/{_token()}")
    assert page.status_code == 200 and "another address" in page.content.decode()
    assert other.get(f"/invitations/{membership.pk}/").status_code == 404
    assert other.post(f"/invitations/{membership.pk}/", {"accept": "1"}).status_code == 404
    assert press(other, f"/invitations/{_token()}").status_code == 200
    assert look(client, "/invitations/nonsense").status_code == 404


def test_t6_declining_is_seen_in_the_list_and_a_new_invitation_is_possible(
    client: Client, account: TradeAccount
) -> None:
    person = UserFactory.create(email=PERSON["email"])
    membership = _invited(account)
    browser = Client()
    browser.force_login(person)
    assert browser.post(f"/invitations/{membership.pk}/", {"decline": "1"}).status_code == 302
    membership.refresh_from_db()
    assert membership.state == MembershipState.DECLINED
    assert "Declined" in client.get(f"/t/{account.pk}/profile/users").content.decode()
    assert "declined" in look(Client(), f"/invitations/{_token()}").content.decode()
    assert _invited(account).state == MembershipState.INVITED


def test_t6_an_invitation_ends_after_fourteen_days_and_can_be_sent_again(
    client: Client, account: TradeAccount
) -> None:
    person = UserFactory.create(email=PERSON["email"])
    membership = _invited(account)
    Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    old = _token()
    assert "time to accept has passed" in look(Client(), f"/invitations/{old}").content.decode()
    with pytest.raises(Refused):
        services.accept(actor=for_user(person), membership_id=membership.pk)
    here = f"/t/{account.pk}/profile/users/{membership.pk}"
    page: Any = client.post(here, {"again": "1", "first_name": "Typed and not saved"})
    assert page.status_code == 200
    assert 'value="Typed and not saved"' in page.content.decode()
    assert "newest email" in look(Client(), f"/invitations/{old}").content.decode()
    assert _token() != old
    services.accept(actor=for_user(person), membership_id=membership.pk)
    assert "accepted" in look(Client(), f"/invitations/{_token()}").content.decode()


def test_invitations_are_sent_at_most_five_times_a_day(
    client: Client, account: TradeAccount
) -> None:
    membership = _invited(account)
    for _ in range(6):
        client.post(f"/t/{account.pk}/profile/users/{membership.pk}", {"again": "1"})
    assert Outbox.objects.filter(kind="user.invited").count() == 5


def test_t6_a_withdrawn_invitation_says_so(client: Client, account: TradeAccount) -> None:
    membership = _invited(account)
    assert client.get(f"/t/{account.pk}/profile/users/{membership.pk}/end").status_code == 200
    assert client.post(f"/t/{account.pk}/profile/users/{membership.pk}/end").status_code == 302
    page = look(Client(), f"/invitations/{_token()}").content.decode()
    assert "The company withdrew this invitation." in page
    assert press(Client(), f"/invitations/{_token()}").status_code == 422


def test_t6_what_was_typed_of_an_invited_person_can_be_corrected(
    client: Client, account: TradeAccount
) -> None:
    membership = _invited(account)
    url = f"/t/{account.pk}/profile/users/{membership.pk}"
    typed = {**PERSON, "last_name": "Calderón", "version": "1"}
    assert client.post(url, typed).status_code == 302
    membership.refresh_from_db()
    assert membership.last_name == "Calderón"
    stale = client.post(url, {**typed, "last_name": "Caldera"})
    assert stale.status_code == 409 and "Calderón" in stale.content.decode()


def test_t4_the_last_company_administrator_cannot_be_removed_or_demoted(
    client: Client, account: TradeAccount
) -> None:
    own = Membership.objects.get(user=account.created_by)
    ended = client.post(f"/t/{account.pk}/profile/users/{own.pk}/end")
    assert ended.status_code == 422 and "only Company Administrator" in ended.content.decode()
    url = f"/t/{account.pk}/profile/users/{own.pk}"
    assert client.post(url, {"type": "user", "version": "1"}).status_code == 422
    other: Any = make_member(account)
    client.post(
        f"/t/{account.pk}/profile/users/{other.pk}",
        {"type": "company_administrator", "version": "1"},
    )
    assert _access(other.user, account).has(P.MANAGE_USERS)
    assert client.post(url, {"type": "user", "version": "1"}).status_code == 302
    assert client.get(f"/t/{account.pk}/profile/users/add").status_code == 403


def test_t4_a_disabled_administrator_does_not_count(account: TradeAccount) -> None:
    other: Any = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR)
    User.objects.filter(pk=other.user_id).update(disabled_at=clock.now())
    own = Membership.objects.get(user=account.created_by)
    with pytest.raises(Refused):
        services.end_membership(actor=_access(account.created_by, account), membership_id=own.pk)


def test_t4_a_nudge_while_there_is_only_one_user(client: Client, account: TradeAccount) -> None:
    url = f"/t/{account.pk}/profile/users"
    assert "Only one user has access" in client.get(url).content.decode()
    make_member(account)
    assert "Only one user has access" not in client.get(url).content.decode()


def test_a_removed_member_is_out_at_once_and_told(client: Client, account: TradeAccount) -> None:
    member: Any = make_member(account)
    assert member.user
    browser = Client()
    browser.force_login(member.user)
    assert browser.get(f"/t/{account.pk}/profile/company").status_code == 200
    assert client.post(f"/t/{account.pk}/profile/users/{member.pk}/end").status_code == 302
    assert browser.get(f"/t/{account.pk}/profile/company").status_code == 404
    mails = Outbox.objects.filter(kind="account.member_removed")
    assert {m.to_address for m in mails} == {member.user.email, account.created_by.email}
    alone = Notification.objects.get(user_id=account.created_by.pk, kind="account.one_user_left")
    assert "has only one user" in alone.subject and alone.way == "digest"
    assert StatusChange.objects.get(thing_id=member.pk).after == MembershipState.ENDED
    assert Event.objects.filter(kind="trade_accounts.member_ended").count() == 1


def test_dependents_can_stand_against_the_end_of_a_membership(
    account: TradeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    member: Any = make_member(account)
    needed = [Problem("poc", "Is the Primary POC of A-7K2M9Q.")]
    seen: list[str] = []
    actor = _access(account.created_by, account)
    with monkeypatch.context() as patch:
        patch.setattr(reactions.membership_ending, "functions", [lambda _m, _a: needed])
        with pytest.raises(Refused):
            services.end_membership(actor=actor, membership_id=member.pk)
    monkeypatch.setattr(
        reactions.membership_changed, "functions", [lambda m, _a: seen.append(m.state)]
    )
    monkeypatch.setattr(reactions.membership_ending, "functions", [])
    services.end_membership(actor=actor, membership_id=member.pk)
    assert seen == [MembershipState.ENDED]


def test_keys_end_with_the_membership_and_do_not_come_back(account: TradeAccount) -> None:
    member: Any = make_member(account)
    assert member.user
    own = _access(member.user, account)
    key, secret = services.create_key(actor=own, form_key=new_id(), name="Freight system")
    services.end_membership(actor=_access(account.created_by, account), membership_id=member.pk)
    make_member(account, member.user)
    assert services.key_holder(secret) is None
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None


def test_r3_a_user_cannot_manage_users_and_reads_who_can(
    client: Client, account: TradeAccount
) -> None:
    member: Any = make_member(account)
    client.force_login(member.user)
    page = client.get(f"/t/{account.pk}/profile/users").content.decode()
    assert account.created_by.name in page and "/users/add" not in page
    refused = client.get(f"/t/{account.pk}/profile/users/add")
    assert refused.status_code == 403
    assert account.created_by.name in refused.content.decode()
    own = Membership.objects.get(user=member.user)
    with pytest.raises(NotAllowed):
        services.save_member(
            actor=_access(member.user, account),
            membership_id=own.pk,
            expected=1,
            type=MembershipType.COMPANY_ADMINISTRATOR,
        )


def test_r6_members_of_another_company_do_not_exist(client: Client, account: TradeAccount) -> None:
    foreign: Any = make_member(make_account("Old Kettle Packaging"))
    base = f"/t/{account.pk}/profile/users/{foreign.pk}"
    assert client.get(base).status_code == 404
    assert client.post(base, {"type": "user", "version": "1"}).status_code == 404
    assert client.post(f"{base}/end").status_code == 404
    assert client.post(base, {"again": "1"}).status_code == 404


def test_the_list_of_users_is_constant_in_queries_and_exported(
    client: Client, account: TradeAccount, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_member(account)
    with django_assert_max_num_queries(25):
        client.get(f"/t/{account.pk}/profile/users")
    export = client.get(f"/t/{account.pk}/profile/users?export=csv&type=user")
    assert len(export.content.decode("utf-8-sig").splitlines()) == 13
    found = client.get(f"/t/{account.pk}/profile/users?q={account.created_by.last_name}")
    assert found.context["page"].total == 1


def test_a4_a_search_finds_names_typed_on_another_keyboard(
    client: Client, account: TradeAccount
) -> None:
    make_member(account, UserFactory.create(first_name="Zoë", last_name="D\u2019Peña"))
    for typed in ("d'pena", "ZOE", "zoe d\u2018pen\u0303a"):
        found = client.get(f"/t/{account.pk}/profile/users", {"q": typed})
        assert found.context["page"].total == 1, typed


def test_an_unfinished_set_up_goes_on_with_the_same_link(account: TradeAccount) -> None:
    _invited(account)
    UserFactory.create(email=PERSON["email"], set_up_step=SetUpStep.QUESTIONS)
    answer = press(Client(), f"/invitations/{_token()}")
    assert answer.status_code == 302 and "questions" in answer["Location"]
