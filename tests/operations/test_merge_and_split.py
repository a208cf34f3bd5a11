"""Merging and splitting trade accounts: what moves, what stays, what nobody may change (T9)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event, Seal, StatusChange
from core.access import for_user
from core.crypto import secret_hash
from core.errors import NotVisible, Refused
from core.ids import new_id, new_secret
from core.tenancy import beyond_tenants, bind
from operations.models import TradeAccountRequest
from operations.services.locking import problems_now
from operations.states import RequestStatus
from security_models.models import BusinessTypeAccount, Contact, ModelAddress, SecurityModel
from security_models.states import ContactRole
from tests.factories import change_requests
from tests.factories.hooks import make_delivery, make_endpoint
from tests.factories.models import make_address
from tests.factories.operations import agreed, approved, drafted, entering, sent, two_accounts
from tests.factories.people import UserFactory
from tests.factories.profile import make_document
from tests.factories.svi import certified, certify_type
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.statements import counted
from trade_accounts.models import AccountMark, Address, ApiKey, Membership, SavedView, TradeAccount
from trade_accounts.selectors import accounts_of, history_page
from trade_accounts.services import create_key, save_company
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db


def merged(survivor: TradeAccount, closing: TradeAccount, asker: Any) -> TradeAccountRequest:
    request = agreed(sent("merge", survivor, asker, closing))
    if request.status == RequestStatus.MANAGEMENT:
        request = approved(request)
    assert request.status == RequestStatus.APPLIED
    return request


def split(account: TradeAccount, asker: Any, **what: Any) -> TradeAccount:
    request = sent("split", account, asker, new_name="Thistlewick Toys", **what)
    if request.status == RequestStatus.MANAGEMENT:
        request = approved(request)
    assert request.new_account is not None
    return request.new_account


def client_of(user: Any) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


# --- merge ----------------------------------------------------------------------------------------


def test_t9_the_models_of_a_closed_account_go_with_numbers_and_dates_unchanged() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    certify_type(model, "importer")
    before = list(BusinessTypeAccount.objects.values())
    seals = set(Seal.objects.values_list("of_table", "row_id", "part", "digest"))
    changes = set(StatusChange.objects.values_list("pk", flat=True))
    version = SecurityModel.objects.get(pk=model.pk).version
    merged(survivor, closing, asker)
    moved = SecurityModel.objects.get(pk=model.pk)
    assert moved.trade_account == survivor and moved.version == version
    assert list(BusinessTypeAccount.objects.values()) == before
    assert seals <= set(Seal.objects.values_list("of_table", "row_id", "part", "digest"))
    assert changes <= set(StatusChange.objects.values_list("pk", flat=True))


def test_t9_people_addresses_and_keys_move_and_a_person_of_both_keeps_the_survivors_type() -> None:
    survivor, closing, asker = two_accounts()
    member = make_member(closing)
    assert member.user is not None
    address = make_address(closing)
    key = ApiKey.objects.create(
        trade_account=closing, user=member.user, name="ERP", prefix="pk_1", scopes=["svi:read"],
        key_hash=secret_hash(new_secret()), created_at=member.created_at,
    )  # fmt: skip
    merged(survivor, closing, asker)
    for row in (member, address, key):
        row.refresh_from_db()
        assert row.trade_account == survivor
    assert (
        Membership.objects.get(
            trade_account=survivor, user=asker, state=MembershipState.ACTIVE
        ).type
        == MembershipType.COMPANY_ADMINISTRATOR
    )
    assert not Membership.objects.filter(trade_account=closing).exists()


def test_t9_a_contact_of_both_accounts_stays_the_same_contact() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    contact = make_contact(model, asker, ContactRole.EMPLOYEE)
    merged(survivor, closing, asker)
    contact.refresh_from_db()
    assert contact.membership.trade_account == survivor
    assert contact.membership.user == asker and contact.role == ContactRole.EMPLOYEE
    call_command("check_grants")


def test_t9_an_invitation_in_the_survivor_gives_way_to_a_membership() -> None:
    survivor, closing, asker = two_accounts()
    both = UserFactory.create()
    here = make_member(survivor, both, state=MembershipState.INVITED)
    Membership.objects.filter(pk=here.pk).update(user=None)
    there = make_member(closing, both)
    merged(survivor, closing, asker)
    here.refresh_from_db()
    there.refresh_from_db()
    assert here.state == MembershipState.ENDED
    assert there.state == MembershipState.ACTIVE and there.trade_account == survivor


def test_t9_a_closed_account_cannot_be_entered_and_its_old_links_lead_to_the_survivor() -> None:
    survivor, closing, asker = two_accounts()
    member = make_member(closing).user
    merged(survivor, closing, asker)
    assert member is not None
    with pytest.raises(NotVisible):
        entering(closing, member)
    assert [one.id for one in accounts_of(for_user(member))] == [survivor.pk]
    old = reverse("trade_accounts:company", kwargs={"trade_id": closing.pk})
    new = reverse("trade_accounts:company", kwargs={"trade_id": survivor.pk})
    client = client_of(member)
    answer = client.get(f"{old}?a=b")
    assert (answer.status_code, answer["Location"]) == (302, f"{new}?a=b")
    posted = client.post(old, {"phone": "1"})
    assert (posted.status_code, posted["Location"]) == (307, new)


def test_t9_a_stranger_learns_nothing_from_the_address_of_a_closed_account() -> None:
    survivor, closing, asker = two_accounts()
    merged(survivor, closing, asker)
    stranger = make_account("Old Kettle Packaging").created_by
    old = reverse("trade_accounts:company", kwargs={"trade_id": closing.pk})
    assert client_of(stranger).get(old).status_code == 404


def test_t9_the_old_address_of_a_model_leads_to_its_new_trade_account() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    merged(survivor, closing, asker)
    old = reverse("portal:glance", kwargs={"trade_id": closing.pk, "model_id": model.pk})
    answer = client_of(model.started_by).get(old)
    new = reverse("portal:glance", kwargs={"trade_id": survivor.pk, "model_id": model.pk})
    assert answer["Location"] == new


def test_t9_the_api_leads_to_the_survivor_too() -> None:
    survivor, closing, asker = two_accounts()
    member = make_member(closing).user
    merged(survivor, closing, asker)
    answer = client_of(member).get(f"/api/v1/trade-accounts/{closing.pk}")
    assert answer.status_code == 307
    assert answer["Location"] == f"/api/v1/trade-accounts/{survivor.pk}"


def test_t9_a_second_merge_leads_from_the_first_closed_account_to_the_last_survivor() -> None:
    second, first, asker = two_accounts()
    merged(second, first, asker)
    third = make_account("Halfmoon Logistics")
    make_member(third, asker, MembershipType.COMPANY_ADMINISTRATOR)
    merged(third, second, asker)
    assert set(third.shells.all()) == {first, second}


def test_t9_the_history_of_a_closed_account_is_read_in_the_survivor() -> None:
    survivor, closing, asker = two_accounts()
    actor = entering(closing, closing.created_by)
    save_company(actor=actor, expected=closing.version, phone="+1 956 555 0188")
    merged(survivor, closing, asker)
    with transaction.atomic():
        reader = entering(survivor, survivor.created_by)
        bind(reader)
        _page, entries = history_page(reader, None)
    assert any("company information" in one.what for one in entries)


def test_t9_webhooks_and_saved_lists_move() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    endpoint, _secret = make_endpoint(closing)
    delivery = make_delivery(endpoint)
    view = SavedView.objects.create(
        user=asker, trade_account=closing, name="Due", path=f"/t/{closing.pk}/messages/",
        saved_at=closing.created_at,
    )  # fmt: skip
    merged(survivor, closing, asker)
    for row in (endpoint, delivery, view):
        row.refresh_from_db()
        assert row.trade_account_id == survivor.pk
    assert view.path == f"/t/{survivor.pk}/messages/"
    assert SecurityModel.objects.get(pk=model.pk).trade_account == survivor


def test_t9_a_pin_follows_to_the_survivor_and_one_is_kept_once() -> None:
    survivor, closing, asker = two_accounts()
    other = make_member(closing).user
    assert other is not None
    for person in (asker, other):
        AccountMark.objects.create(user=person, trade_account=closing, pinned_at=closing.created_at)
    AccountMark.objects.create(user=asker, trade_account=survivor, opened_at=closing.created_at)
    merged(survivor, closing, asker)
    marks = AccountMark.objects.all()
    assert {(one.user_id, one.trade_account_id) for one in marks} == {
        (asker.pk, survivor.pk), (other.pk, survivor.pk)
    }  # fmt: skip
    assert all(one.pinned_at for one in marks)


def test_t9_subsidiaries_of_the_closed_account_are_below_the_survivor() -> None:
    survivor, closing, asker = two_accounts()
    child = make_account("Old Kettle Packaging", parent=closing)
    merged(survivor, closing, asker)
    child.refresh_from_db()
    assert child.parent == survivor


def test_t9_accounts_of_different_levels_are_not_merged() -> None:
    survivor, closing, asker = two_accounts()
    TradeAccount.objects.filter(pk=closing.pk).update(parent=make_account("Halfmoon Logistics"))
    draft = drafted("merge", survivor, asker, closing)
    assert [one.code for one in problems_now(draft)] == ["level"]


def test_t9_open_requests_of_a_closed_account_end_and_say_why() -> None:
    survivor, closing, asker = two_accounts()
    top = make_account("Halfmoon Logistics")
    make_member(top, asker, MembershipType.COMPANY_ADMINISTRATOR)
    other = sent("link", top, asker, closing)
    merged(survivor, closing, asker)
    other.refresh_from_db()
    assert other.status == RequestStatus.ENDED
    assert Event.objects.filter(kind="operations.ended", scope_id=top.pk).exists()


def test_t9_a_merge_that_fails_at_any_statement_leaves_everything_as_it_was() -> None:
    survivor, closing, asker = two_accounts()
    make_model(closing)
    make_address(closing)
    request = agreed(sent("merge", survivor, asker, closing))
    before, killed = _state(), _KilledAt(0)
    for broken in range(1, 400):
        killed = _KilledAt(broken)
        try:
            with transaction.atomic(), connection.execute_wrapper(killed):
                approved(request)
                done = True
                transaction.set_rollback(True)
        except _Killed:
            done = False
        assert _state() == before, f"statement {broken} left something behind"
        if done:
            break
    assert killed.count > 20


class _Killed(Exception):
    pass


class _KilledAt:
    """Raises at the n-th statement that writes."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("UPDATE", "INSERT", "DELETE")):
            self.count += 1
            if self.count == self.number:
                raise _Killed
        return execute(sql, params, many, context)


def _state() -> list[Any]:
    rows: list[Any] = []
    for table in (TradeAccount, Membership, Address, SecurityModel, Contact, TradeAccountRequest):
        rows += list(table._base_manager.order_by("pk").values())
    return [*rows, Event.objects.count(), StatusChange.objects.count()]


def test_t9_who_writes_in_an_account_while_it_is_closed_is_told() -> None:
    survivor, closing, asker = two_accounts()
    inside = entering(closing, closing.created_by)
    merged(survivor, closing, asker)
    with pytest.raises(Refused) as refusal:
        save_company(actor=inside, expected=closing.version, phone="+1 956 555 0188")
    assert refusal.value.code == "closed"


def test_t9_a_key_of_the_closed_account_works_for_the_survivor() -> None:
    survivor, closing, asker = two_accounts()
    owner = closing.created_by
    inside = entering(closing, owner)
    _key, secret = create_key(
        actor=inside, form_key=new_id(), name="ERP", scopes=["account:read"], days=None
    )
    merged(survivor, closing, asker)
    headers = {"Authorization": f"Bearer {secret}"}
    client = Client(SERVER_NAME="localhost")
    old = client.get(f"/api/v1/trade-accounts/{closing.pk}", headers=headers)
    assert old.status_code == 307
    assert client.get(old["Location"], headers=headers).status_code == 200
    foreign = f"/api/v1/trade-accounts/{make_account().pk}"
    assert client.get(foreign, headers=headers).status_code == 404


def test_t9_a_merge_takes_as_many_statements_whatever_the_documents() -> None:
    counts = []
    for documents in (0, 6):
        survivor, closing, asker = two_accounts()
        model = make_model(closing)
        for number in range(documents):
            make_document(model, title=f"Seal log {number}")
        request = agreed(sent("merge", survivor, asker, closing))
        with CaptureQueriesContext(connection) as captured:
            approved(request)
        counts.append(len(counted(list(captured.captured_queries))))
    assert counts[0] == counts[1]


def test_t9_change_requests_move_with_their_proofs() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    request = change_requests.number_row(model)
    merged(survivor, closing, asker)
    request.refresh_from_db()
    proof = request.proofs.get()
    assert request.trade_account == survivor and proof.trade_account_id == survivor.pk


def test_t3_an_open_request_for_the_name_is_settled_before_its_account_is_closed() -> None:
    survivor, closing, asker = two_accounts()
    change_requests.name_row(closing)
    draft = drafted("merge", survivor, asker, closing)
    assert [one.code for one in problems_now(draft)] == ["change_request"]


# --- split ----------------------------------------------------------------------------------------


def test_t9_a_split_founds_an_account_whose_first_administrator_is_the_requester() -> None:
    account = make_account()
    new = split(account, account.created_by)
    assert new.name == "Thistlewick Toys" and new.pk != account.pk
    founder = Membership.objects.get(trade_account=new)
    assert founder.user == account.created_by
    assert founder.type == MembershipType.COMPANY_ADMINISTRATOR
    assert entering(account, account.created_by)
    call_command("check_grants")


def test_t9_a_model_goes_to_the_new_account_with_its_contacts_and_addresses() -> None:
    account = make_account()
    model = make_model(account)
    officer = make_contact(model, role=ContactRole.OFFICER)
    address = make_address(account)
    use = ModelAddress.objects.create(
        security_model=model, trade_account_id=account.pk, address=address, is_primary=True
    )
    new = split(account, account.created_by, model_ids=[model.pk])
    model.refresh_from_db()
    officer.refresh_from_db()
    use.refresh_from_db()
    assert model.trade_account == new
    assert officer.membership.trade_account == new
    assert use.address.trade_account == new and use.address.copied_from_id == address.pk
    address.refresh_from_db()
    assert address.trade_account == account
    assert Membership.objects.filter(trade_account=account, user=officer.membership.user).exists()
    call_command("check_grants")


def test_t9_only_what_was_chosen_is_copied() -> None:
    account = make_account()
    chosen, left = make_member(account), make_member(account)
    address = make_address(account)
    make_address(account, street1="2 Other Street")
    new = split(account, account.created_by, member_ids=[chosen.pk], address_ids=[address.pk])
    users = set(Membership.objects.filter(trade_account=new).values_list("user_id", flat=True))
    assert users == {account.created_by_id, chosen.user_id} and left.user_id not in users
    copied = Address.objects.get(trade_account=new)
    assert copied.street1 == address.street1 and copied.pk != address.pk


def test_t9_with_a_security_model_management_decides_on_a_split() -> None:
    account = make_account()
    make_model(account)
    request = sent("split", account, account.created_by, new_name="Thistlewick Toys")
    assert request.status == RequestStatus.MANAGEMENT


def test_t9_the_history_until_the_split_is_read_in_both() -> None:
    account = make_account()
    model = make_model(account)
    actor = entering(account, account.created_by)
    save_company(actor=actor, expected=account.version, phone="+1 956 555 0188")
    other = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR).user
    new = split(account, account.created_by, model_ids=[model.pk])
    again = entering(account, account.created_by)
    fresh = TradeAccount.objects.get(pk=account.pk)
    save_company(actor=again, expected=fresh.version, website="https://example.com")
    assert other is not None
    with transaction.atomic():
        there = entering(new, account.created_by)
        bind(there)
        _page, entries = history_page(there, None)
    said = [one.what for one in entries if "company information" in one.what]
    assert len(said) == 1 and "Phone" in said[0]


def test_t9_a_split_gives_the_new_account_nothing_else_to_see() -> None:
    account = make_account()
    staying = make_model(account)
    going = make_model(account)
    new = split(account, account.created_by, model_ids=[going.pk])
    only_new = make_member(new).user
    assert only_new is not None
    with transaction.atomic():
        bind(for_user(only_new))
        seen = set(SecurityModel.objects.values_list("pk", flat=True))
    assert seen == {going.pk} and staying.pk not in seen


def test_t9_the_user_of_the_first_half_alone_no_longer_opens_the_model_that_went() -> None:
    account = make_account()
    model = make_model(account)
    left = make_member(account).user
    split(account, account.created_by, model_ids=[model.pk])
    assert left is not None
    with transaction.atomic():
        bind(for_user(left))
        assert not SecurityModel.objects.filter(pk=model.pk).exists()


def test_t9_companies_keep_seeing_each_other_in_svi_after_a_merge() -> None:
    partner = certified()
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    certify_type(model, "importer")
    numbers = list(BusinessTypeAccount.objects.values_list("account_number", flat=True))
    merged(survivor, closing, asker)
    assert list(BusinessTypeAccount.objects.values_list("account_number", flat=True)) == numbers
    with beyond_tenants("a test"):
        assert SecurityModel.objects.get(pk=partner.pk).trade_account.name.startswith("Brindle")


def test_an_account_that_does_not_exist_is_not_visible() -> None:
    user = UserFactory.create()
    answer = client_of(user).get(
        reverse("trade_accounts:company", kwargs={"trade_id": uuid.uuid4()})
    )
    assert answer.status_code == 404


def test_t9_change_requests_about_numbers_go_with_the_model_and_those_for_the_name_stay() -> None:
    account = make_account()
    model = make_model(account)
    numbers = change_requests.number_row(model)
    name = change_requests.name_row(account, model)
    new = split(account, account.created_by, model_ids=[model.pk])
    numbers.refresh_from_db()
    name.refresh_from_db()
    assert numbers.trade_account == new and numbers.proofs.get().trade_account_id == new.pk
    assert name.trade_account == account and name.security_model is None


def test_t9_a_split_whose_account_went_in_another_one_ends() -> None:
    account = make_account()
    model = make_model(account)
    other = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR).user
    assert other is not None
    second = sent("split", account, other, new_name="The second", model_ids=[model.pk])
    split(account, account.created_by, model_ids=[model.pk])
    second.refresh_from_db()
    assert second.status == RequestStatus.ENDED


def test_t9_a_chosen_account_that_is_elsewhere_is_not_split_off() -> None:
    account, other = make_account(), make_account("Halfmoon Logistics")
    draft = drafted("split", account, account.created_by, model_ids=[make_model(other).pk])
    assert "gone" in [one.code for one in problems_now(draft)]


def test_t5_the_new_account_of_a_split_has_headquarters() -> None:
    account = make_account()
    draft = drafted("split", account, account.created_by, new_name="Thistlewick Toys")
    assert [one.code for one in problems_now(draft)] == ["headquarters"]
