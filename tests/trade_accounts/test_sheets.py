"""Users and addresses from a spreadsheet: preview, confirm, what came of each row (T5, T6)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core import clock
from core.access import enter_roots, for_user, system
from core.ids import new_id
from files.contents.tables import read_table
from identity.models import User
from notifications.models import Outbox
from tests.factories.operations import agreed, sent, two_accounts
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from trade_accounts import services
from trade_accounts.facts.sheet_rows import SheetRow, row_from
from trade_accounts.models import Address, ImportedSheet, Membership, TradeAccount
from trade_accounts.services.members import OPEN_INVITATIONS
from trade_accounts.services.sheets import forget_sheets
from trade_accounts.states import MembershipState, MembershipType
from trade_accounts.tasks import sweep_asks

pytestmark = pytest.mark.django_db
HEAD = ["Email address", "Salutation", "First name", "Last name", "Title", "Phone number", "Type"]
INES = ["ines@example.com", "Ms.", "Ines", "Calder", "Broker", "+1 956 555 0111", "User"]
PLACES = ["Name", "Type", "Street line 1", "Street line 2", "City", "State", "Postal code",
          "Country", "Portal ID"]  # fmt: skip
LAREDO = ["Dock 2", "Headquarters", "12 Mines Road", "", "Laredo", "Texas", "78045",
          "United States", ""]  # fmt: skip


def book(*rows: Sequence[Any], merge: str = "") -> bytes:
    """A workbook with one sheet of these rows."""
    made = Workbook()
    sheet: Any = made.active
    for row in rows:
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def upload(client: Client, account: TradeAccount, content: bytes, kind: str = "users") -> Any:
    """Send a file to the page of its kind."""
    url = reverse(f"trade_accounts:{kind}-import", args=[account.pk])
    return client.post(url, {"file": SimpleUploadedFile("list.xlsx", content)})


def previewed(
    client: Client, account: TradeAccount, *rows: Sequence[Any], kind: str = "users", **more: Any
) -> tuple[str, list[SheetRow]]:
    """The address of the preview of a file, and its rows."""
    head = HEAD if kind == "users" else PLACES
    answer = upload(client, account, book(head, *rows, **more), kind)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer["Location"], kept()


def kept() -> list[SheetRow]:
    """The rows of the sheet as they are kept."""
    return [row_from(one) for one in ImportedSheet.objects.get().rows]


def actions(rows: Sequence[SheetRow]) -> list[str]:
    """What each row means."""
    return [one.action for one in rows]


def test_t6_a_file_invites_people_only_after_it_is_confirmed(
    client: Client, account: TradeAccount
) -> None:
    where, rows = previewed(client, account, INES, ["Ana@Example.com", *INES[1:]])
    assert actions(rows) == ["new", "new"]
    assert "Import 2 rows" in client.get(where).content.decode()
    assert account.memberships.count() == 1 and not Outbox.objects.exists()
    page = client.post(where, follow=True).content.decode()
    assert "What came of your file" in page
    member = account.memberships.get(email="ana@example.com")
    assert (member.state, member.type) == (MembershipState.INVITED, MembershipType.USER)
    assert Outbox.objects.filter(kind="user.invited").count() == 2


def test_confirming_twice_does_it_once(client: Client, account: TradeAccount) -> None:
    where, _rows = previewed(client, account, INES)
    for _click in range(2):
        assert client.post(where).status_code == 302
    assert Outbox.objects.filter(kind="user.invited").count() == 1


def test_p5_a_second_click_does_not_say_that_someone_else_changed_the_row(
    client: Client, account: TradeAccount
) -> None:
    user = make_member(account).user
    assert user is not None
    where, _rows = previewed(client, account, [user.email, *[""] * 5, "Company Administrator"])
    for _click in range(2):
        assert client.post(where).status_code == 302
    assert [(one.done, one.said) for one in kept()] == [(True, "Done")]


def test_t6_the_exported_list_comes_back_unchanged(client: Client, account: TradeAccount) -> None:
    make_member(account)
    make_member(account, state=MembershipState.ENDED)
    services.invite(
        actor=enter_roots(for_user(account.created_by), {"trade_id": account.pk}),
        form_key=new_id(), email=INES[0], salutation="ms", first_name="Inés", last_name="שרה",
        title="=1+1", phone="+1 956 555 0111", type="user",
    )  # fmt: skip
    url = reverse("trade_accounts:users", args=[account.pk])
    content = client.get(url, {"export": "xlsx"}).content
    assert upload(client, account, content).status_code == 302
    assert actions(kept()) == ["unchanged"] * 4


def exported_again(client: Client, account: TradeAccount) -> list[str]:
    """What each row of the exported list means when it is imported untouched."""
    url = reverse("trade_accounts:users", args=[account.pk])
    assert upload(client, account, client.get(url, {"export": "xlsx"}).content).status_code == 302
    return actions(kept())


def listed(client: Client, account: TradeAccount) -> list[tuple[str, str]]:
    """The address and the state of each row of the list."""
    answer: Any = client.get(reverse("trade_accounts:users", args=[account.pk]))
    return sorted((one.address, one.state) for one in answer.context["page"].rows)


def test_t6_a_person_who_left_and_came_back_is_one_row_and_comes_back_unchanged(
    client: Client, account: TradeAccount
) -> None:
    left, back, gone, twice, moved = UserFactory.create_batch(5)
    make_member(account, left, state=MembershipState.ENDED)
    make_member(account, left)  # the same user
    make_member(account, back, state=MembershipState.ENDED)
    invited = make_member(account, back, state=MembershipState.INVITED)
    Membership.objects.filter(pk=invited.pk).update(user=None)  # the same address
    for person in (gone, twice, twice):
        make_member(account, person, state=MembershipState.ENDED)
    Membership.objects.filter(state=MembershipState.ENDED).update(ended_at=clock.now())
    # An invitation that was declined at an address that is now a member's own.
    declined = make_member(account, state=MembershipState.DECLINED)
    Membership.objects.filter(pk=declined.pk).update(user=None, email=moved.email)
    make_member(account, moved)
    Membership.objects.filter(user=moved).update(email="elsewhere@example.com")
    disabled = make_member(account)
    assert disabled.user is not None
    User.objects.filter(pk=disabled.user.pk).update(disabled_at=clock.now())
    assert listed(client, account) == sorted([
        (account.created_by.email, "active"), (left.email, "active"), (back.email, "invited"),
        (gone.email, "ended"), (twice.email, "ended"), (moved.email, "active"),
        (disabled.user.email, "active"),
    ])  # fmt: skip
    assert exported_again(client, account) == ["unchanged"] * 7


def test_t9_a_person_of_both_accounts_of_a_merge_is_one_row_and_comes_back_unchanged(
    client: Client,
) -> None:
    survivor, closing, asker = two_accounts()
    both, invited = UserFactory.create_batch(2)
    make_member(survivor, both)
    make_member(closing, both)
    make_member(closing, invited)
    there = make_member(survivor, invited, state=MembershipState.INVITED)
    Membership.objects.filter(pk=there.pk).update(user=None)
    agreed(sent("merge", survivor, asker, closing))
    client.force_login(asker)
    rows = listed(client, survivor)
    assert len(rows) == len({address for address, _state in rows})
    assert {(both.email, "active"), (invited.email, "active")} < set(rows)
    assert set(exported_again(client, survivor)) == {"unchanged"}


def test_t6_what_differs_is_changed_and_only_that(client: Client, account: TradeAccount) -> None:
    previewed(client, account, INES)
    client.post(reverse("trade_accounts:sheet", args=[account.pk, ImportedSheet.objects.get().pk]))
    user = make_member(account)
    assert user.user is not None
    active = [user.email, "", "", "", "", "", "Company Administrator"]
    where, rows = previewed(client, account, [*INES[:4], "Head broker", *INES[5:]], active)
    assert [(one.action, one.changes) for one in rows] == [
        ("changed", ["title"]),
        ("changed", ["type"]),
    ]
    client.post(where)
    assert Membership.objects.get(email=INES[0]).title == "Head broker"
    user.refresh_from_db()
    assert user.type == MembershipType.COMPANY_ADMINISTRATOR


def test_t6_errors_are_said_by_cell_and_the_file_goes_back_with_them(
    client: Client, account: TradeAccount
) -> None:
    where, rows = previewed(
        client, account,
        ["no address", *INES[1:]],
        ["b@example.com", "Lord", "", *INES[3:5], "none", "Officer"],
        ["=A1", *INES[1:]],
        INES,
        [INES[0].upper(), *INES[1:]],
    )  # fmt: skip
    assert actions(rows) == ["error", "error", "error", "new", "error"]
    assert set(rows[0].problems) == {"0"} and set(rows[1].problems) == {"1", "2", "5", "6"}
    assert "formula" in rows[2].problems["0"][0] and "Row 5" in rows[4].problems[""][0]
    back = load_workbook(io.BytesIO(client.get(f"{where}/file").content))
    sheet: Any = back.active
    assert sheet["H1"].value == "Result" and sheet["H2"].value == "Error"
    assert sheet["A2"].comment is not None and "email address" in sheet["A2"].comment.text
    assert sheet["A4"].value == "=A1" and sheet["A4"].data_type == "s"
    page = client.post(where, follow=True).content.decode()
    assert "Row 5" in page and account.memberships.count() == 2


def test_t6_what_only_the_person_may_change_is_an_error(
    client: Client, account: TradeAccount
) -> None:
    member = make_member(account)
    cells = [member.email, "", "Somebody", "Else", "", "", "User"]
    _where, (row,) = previewed(client, account, cells)
    assert row.action == "error" and set(row.problems) == {"2", "3"}


def test_t4_the_only_administrator_does_not_become_a_user(
    client: Client, account: TradeAccount
) -> None:
    own = [account.created_by.email, "", "", "", "", "", "User"]
    _where, (row,) = previewed(client, account, own)
    assert "only Company Administrator" in row.problems["6"][0]
    second = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR)
    where, rows = previewed(client, account, own, [second.email, *own[1:]])
    assert actions(rows) == ["changed", "changed"]
    client.post(where)
    assert [one.done for one in kept()] == [True, False]
    assert "only Company Administrator" in kept()[1].said


def test_api6_the_limit_of_open_invitations_holds(client: Client, account: TradeAccount) -> None:
    many = [[f"p{n}@example.com", *INES[1:]] for n in range(OPEN_INVITATIONS + 2)]
    _where, rows = previewed(client, account, *many)
    assert actions(rows) == ["new"] * OPEN_INVITATIONS + ["error"] * 2


def test_p5_a_row_whose_person_changed_after_the_preview_is_left_alone(
    client: Client, account: TradeAccount
) -> None:
    member = make_member(account)
    cells = [member.email, "", "", "", "", "", "Company Administrator"]
    where, _rows = previewed(client, account, cells, INES)
    Membership.objects.filter(pk=member.pk).update(state=MembershipState.ENDED)
    page = client.post(where, follow=True).content.decode()
    first, second = kept()
    assert not first.done and second.done and "1 row was not saved" in page
    member.refresh_from_db()
    assert member.type == MembershipType.USER
    changed = make_member(account)
    where, _rows = previewed(client, account, [changed.email, *cells[1:]])
    Membership.objects.filter(pk=changed.pk).update(title="Changed by a colleague")
    client.post(where)
    assert "after the preview" in kept()[0].said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (book(["Name"], ["x"]), "is missing"),
        (book([*HEAD, "Type"], INES), "is there twice"),
        (book(HEAD), "no rows"),
        (b"PK\x03\x04", "damaged"),
        (b"", "empty"),
        (book(HEAD, *([INES] * 2_001)), "at most 2000"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    client: Client, account: TradeAccount, content: bytes, said: str
) -> None:
    answer = upload(client, account, content)
    assert answer.status_code == 422
    errors = " ".join(answer.context["form"].errors["file"])
    assert said in errors, errors
    assert not ImportedSheet.objects.exists()


def test_ten_thousand_rows_are_refused_in_words(client: Client, account: TradeAccount) -> None:
    rows = [[f"p{n}@example.com", *INES[1:]] for n in range(10_000)]
    answer = upload(client, account, book(HEAD, *rows))
    assert answer.status_code == 422 and "10000 rows" in str(answer.context["form"].errors)


def test_merged_cells_are_errors_where_they_are() -> None:
    table = read_table(io.BytesIO(book(HEAD, INES, INES, merge="A2:A3")), most_rows=10)
    assert table.rows[1].wrong == {0: "merged"} and table.rows[2].wrong == {0: "merged"}
    assert table.rows[0].wrong == {}


def test_every_script_and_every_order_of_columns_is_read(
    client: Client, account: TradeAccount
) -> None:
    names = ["นภา", "Ångström", "محمد", "李", "🚢"]
    head = ["type", "Note", *HEAD[:6]]
    rows = [
        ["user", "=HYPERLINK(1)", f"p{n}@example.com", "mx", name, name, name, "+1 956 555 0111"]
        for n, name in enumerate(names)
    ]
    answer = upload(client, account, book(head, *rows))
    assert answer.status_code == 302 and actions(kept()) == ["new"] * len(names)
    client.post(answer["Location"])
    assert set(names) <= set(account.memberships.values_list("first_name", flat=True))


def test_r6_a_sheet_belongs_to_the_person_who_uploaded_it(
    client: Client, account: TradeAccount
) -> None:
    where, _rows = previewed(client, account, INES)
    other = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR)
    neighbor = make_account("Zanzibar Lantern Works")
    assert other.user is not None
    for person, path in (
        (other.user, where),
        (neighbor.created_by, where),
        (neighbor.created_by, where.replace(str(account.pk), str(neighbor.pk))),
    ):
        browser = Client()
        browser.force_login(person)
        assert browser.get(path).status_code == 404
        assert browser.post(path).status_code == 404
        assert browser.get(f"{path}/file").status_code == 404
    account.memberships.filter(user=account.created_by).update(type=MembershipType.USER)
    from trade_accounts import grants

    grants.sync(account)
    assert client.post(where).status_code == 403
    assert not Membership.objects.filter(email=INES[0]).exists()


def test_uploaded_sheets_are_forgotten_after_a_day(client: Client, account: TradeAccount) -> None:
    previewed(client, account, INES)
    assert forget_sheets() == 0
    ImportedSheet.objects.update(made_at=clock.now() - services_day())
    sweep_asks()
    assert not ImportedSheet.objects.exists()
    assert system("test").is_system


def services_day() -> Any:
    """A little more than a day."""
    import datetime as dt

    return dt.timedelta(days=1, seconds=1)


# --- addresses ------------------------------------------------------------------------------------


def test_t5_addresses_are_added_changed_and_come_back_unchanged(
    client: Client, account: TradeAccount
) -> None:
    where, rows = previewed(client, account, LAREDO, kind="addresses")
    assert actions(rows) == ["new"]
    assert not Address.objects.exists()
    client.post(where)
    added = Address.objects.get()
    assert (added.name, added.state, added.country, added.types) == (
        "Dock 2", "TX", "US", ["headquarters"]
    )  # fmt: skip
    url = reverse("trade_accounts:addresses", args=[account.pk])
    content = client.get(url, {"export": "xlsx"}).content
    assert upload(client, account, content, "addresses").status_code == 302
    assert actions(kept()) == ["unchanged"]
    moved = [*LAREDO[:2], "14 Mines Road", *LAREDO[3:8], str(added.pk)]
    where, (row,) = previewed(client, account, moved, kind="addresses")
    assert (row.action, row.changes) == ("changed", ["street line 1"])
    client.post(where)
    added.refresh_from_db()
    assert added.street1 == "14 Mines Road"


def test_t5_errors_of_addresses_are_said_by_cell(client: Client, account: TradeAccount) -> None:
    foreign = make_account("Zanzibar Lantern Works")
    strange = Address.objects.create(
        trade_account=foreign, types=["headquarters"], street1="1", city="x", country="US",
        created_at=clock.now(),
    )  # fmt: skip
    _where, rows = previewed(
        client, account,
        [*LAREDO[:5], "Nowhere", "1", "United States", ""],
        [*LAREDO[:7], "Atlantis", ""],
        ["", "Palace", *LAREDO[2:]],
        [*LAREDO[:8], str(strange.pk)],
        [*LAREDO[:8], "not an id"],
        LAREDO,
        ["Other name", *LAREDO[1:]],
        kind="addresses",
    )  # fmt: skip
    assert actions(rows) == ["error"] * 5 + ["new", "error"]
    assert "5" in rows[0].problems and "7" in rows[1].problems and "1" in rows[2].problems
    assert rows[3].problems == rows[4].problems and set(rows[3].problems) == {"8"}


def test_p5_an_address_that_a_colleague_changed_is_left_alone(
    client: Client, account: TradeAccount
) -> None:
    where, _rows = previewed(client, account, LAREDO, kind="addresses")
    client.post(where)
    added = Address.objects.get()
    where, _rows = previewed(
        client, account, ["Dock 3", *LAREDO[1:8], str(added.pk)], kind="addresses"
    )
    Address.objects.update(name="Dock 4")
    client.post(where)
    added.refresh_from_db()
    assert added.name == "Dock 4" and not kept()[0].done


def test_a_user_imports_addresses_but_no_users(account: TradeAccount) -> None:
    member = make_member(account, UserFactory.create())
    assert member.user is not None
    browser = Client()
    browser.force_login(member.user)
    assert browser.get(reverse("trade_accounts:users-import", args=[account.pk])).status_code == 403
    assert upload(browser, account, book(PLACES, LAREDO), "addresses").status_code == 302
