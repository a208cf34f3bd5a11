"""The list of users in depth: what it shows, acts from its rows, what ends with a person."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from core import clock
from core.access import ROLE_GRANTS, enter_roots, for_user
from core.ids import new_id
from identity.models import User
from notifications.models import Outbox
from security_models.states import ContactRole
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.statements import at_most, counted
from trade_accounts import services
from trade_accounts.listings import USERS
from trade_accounts.models import Ask, Invitation, Membership, SavedView, TradeAccount
from trade_accounts.presentation.membership_endings import endings
from trade_accounts.presentation.role_rights import role_rights
from trade_accounts.reserved import USERS as USERS_ACT
from trade_accounts.selectors import members_listed
from trade_accounts.services.asking import ask
from trade_accounts.services.emails import follow_address
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db
PERSON = {
    "salutation": "ms",
    "first_name": "Ines",
    "last_name": "Calder",
    "title": "Broker",
    "phone": "+1 956 555 0111",
    "type": "user",
}


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def _access(account: TradeAccount, user: User | None = None) -> Any:
    return enter_roots(for_user(user or account.created_by), {"trade_id": account.pk})


def _invited(account: TradeAccount, email: str = "ines@example.com") -> Membership:
    return services.invite(actor=_access(account), form_key=new_id(), email=email, **PERSON)


def _page(client: Client, account: TradeAccount, **query: str) -> str:
    answer = client.get(reverse("trade_accounts:users", args=[account.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_t6_the_list_says_when_people_signed_in_and_in_how_many_accounts_they_are(
    client: Client, account: TradeAccount
) -> None:
    at = clock.now() - dt.timedelta(days=400)
    person = UserFactory.create(signed_in_at=at)
    for role in (ContactRole.EMPLOYEE, ContactRole.CONSULTANT):
        make_contact(make_model(account), person, role)
    neighbor = make_account("Zanzibar Lantern Works")
    make_contact(make_model(neighbor), person)
    page = _page(client, account)
    row = page[page.index(person.email) :].partition("</tr>")[0]
    assert f"{at.astimezone(clock.PROGRAM_ZONE):%b %-d, %Y}" in row and ">2</td>" in row


def test_r7_disabled_people_have_a_state_of_their_own(
    client: Client, account: TradeAccount
) -> None:
    gone = make_member(account, UserFactory.create(disabled_at=clock.now()))
    here = make_member(account)
    disabled = _page(client, account, state="disabled")
    assert gone.email in disabled and here.email not in disabled
    active = _page(client, account, state="active")
    assert here.email in active and gone.email not in active


def test_t6_an_invitation_is_sent_again_and_withdrawn_from_its_row(
    client: Client, account: TradeAccount
) -> None:
    member = _invited(account)
    again = reverse("trade_accounts:user-again", args=[account.pk, member.pk])
    page = _page(client, account)
    assert f'formaction="{again}"' in page and "Can accept until" in page
    assert reverse("trade_accounts:user-end", args=[account.pk, member.pk]) in page
    answer = client.post(again, follow=True)
    assert "was sent to ines@example.com again" in answer.content.decode()
    assert Outbox.objects.filter(kind="user.invited").count() == 2
    Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    assert "The time to accept has passed." in _page(client, account)


def test_t6_only_open_invitations_are_sent_again_and_only_by_an_administrator(
    client: Client, account: TradeAccount
) -> None:
    member = make_member(account)
    again = reverse("trade_accounts:user-again", args=[account.pk, member.pk])
    assert "no longer open" in client.post(again, follow=True).content.decode()
    assert member.user is not None
    client.force_login(member.user)
    assert client.post(again).status_code == 403
    assert "Send again" not in _page(client, account)


def test_t6_an_invitation_to_an_address_that_is_confirmed_later_waits_at_the_next_sign_in(
    account: TradeAccount,
) -> None:
    member = _invited(account, "new.address@example.com")
    person = UserFactory.create(email="old.address@example.com")
    client = Client()
    client.force_login(person)
    assert account.name not in client.get("/invitations/").content.decode()
    person.email = "new.address@example.com"
    person.save(update_fields=["email"])
    follow_address(person, "old.address@example.com", "new.address@example.com")
    client = Client()
    client.force_login(person)
    assert account.name in client.get("/invitations/").content.decode()
    assert "Accept the invitation of" in client.get("/home").content.decode()
    services.accept(actor=for_user(person), membership_id=member.pk)
    member.refresh_from_db()
    assert member.user == person


def _fill(account: TradeAccount, count: int) -> None:
    people = UserFactory.build_batch(count, password="!", authenticator=False)
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(
            trade_account=account,
            user=one,
            state=MembershipState.ACTIVE,
            email=one.email,
            created_at=clock.now(),
            **PERSON,
        )
        for one in people
    )


def test_the_list_of_a_thousand_users_takes_as_many_statements_as_that_of_thirty(
    client: Client, account: TradeAccount
) -> None:
    url = reverse("trade_accounts:users", args=[account.pk])
    _fill(account, 30)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    few = len(counted(list(captured.captured_queries)))
    _fill(account, 970)
    with at_most(few):
        page = client.get(url, {"size": "100"}).content.decode()
    assert page.count("<tr") > 100


def test_r6_the_table_of_roles_is_what_the_code_allows(
    client: Client, account: TradeAccount
) -> None:
    table = role_rights()
    assert table.roles == [str(one.label) for one in (*MembershipType, *ContactRole)]
    for code, label in (*MembershipType.choices, *ContactRole.choices):
        held = {row.what.lower() for row in table.rights if dict(row.held)[str(label)]}
        assert held == {str(one.what).lower() for one in ROLE_GRANTS[code]}
    page = _page(client, account)
    assert all(row.what in page for row in table.rights)


def test_t6_before_a_person_is_removed_the_page_says_what_ends(
    client: Client, account: TradeAccount
) -> None:
    person = UserFactory.create()
    model = make_model(account)
    contact = make_contact(model, person, ContactRole.OFFICER)
    account.memberships.filter(user=person).update(type=MembershipType.COMPANY_ADMINISTRATOR)
    services.create_key(actor=_access(account, person), form_key=new_id(), name="Scanner")
    path = reverse("security_models:accounts", args=[account.pk])
    view = SavedView.objects.create(
        user=person, trade_account=account, name="Due soon", path=path, saved_at=clock.now()
    )
    asker = make_member(account)
    member = contact.membership
    ask(actor=_access(account, asker.user), act=USERS_ACT, membership_id=member.pk)
    words = " ".join(one.words for one in endings(member))
    assert f"Officer of {model.reference}." in words and "Scanner" in words
    assert "Due soon" in words and "1 request" in words
    url = reverse("trade_accounts:user-end", args=[account.pk, member.pk])
    page = client.get(url).content.decode()
    assert "Scanner" in page and model.reference in page and "Due soon" in page
    assert client.post(url).status_code == 302
    assert not Ask.objects.filter(membership=member, ended_at=None).exists()
    view.refresh_from_db()
    assert view.trade_account is None and view.user == person


def test_m_the_yearly_check_shows_who_has_access_and_what_changed_since(
    client: Client, account: TradeAccount
) -> None:
    url = reverse("trade_accounts:contacts-checked", args=[account.pk])
    _invited(account, "before@example.com")
    assert "invited" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    account.refresh_from_db()
    assert account.contacts_checked_on == clock.today()
    assert "Nobody was added, changed or removed." in client.get(url).content.decode()
    _invited(account, "after@example.com")
    page = client.get(url).content.decode()
    assert "after@example.com" in page
    assert "Nobody was added" not in page


def test_the_file_of_the_list_has_every_column(client: Client, account: TradeAccount) -> None:
    _invited(account)
    url = reverse("trade_accounts:users", args=[account.pk])
    book = load_workbook(io.BytesIO(client.get(url, {"export": "xlsx"}).content))
    sheet: Any = book.active
    head, *rows = sheet.iter_rows(values_only=True)
    assert set(head) >= {
        "Name", "Email address", "Title", "Type", "Last sign-in", "C-TPAT accounts", "State",
        "Salutation", "First name", "Last name", "Phone number",
    }  # fmt: skip
    assert len(rows) == 2
    assert list(head) == [str(one.label) for one in USERS.exported]
    assert members_listed(account).count() == 2
