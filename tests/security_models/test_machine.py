"""The life cycle of a business type: the table equals the data, every state x move x role."""

from __future__ import annotations

import itertools

import pytest

from core import clock
from core.access import Access, system
from core.errors import NotAllowed, Refused
from core.reference import rows_of
from security_models.machine import business_types, status_before_measure
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.policies import ASSIGNED_SCSS
from security_models.states import CERTIFIED_STATUSES, BusinessTypeStatus, ContactRole
from tests.factories.models import answer_all
from tests.factories.trade import make_account, make_model
from trade_accounts.states import MembershipType

ROLES = [
    "", MembershipType.USER, MembershipType.COMPANY_ADMINISTRATOR, *ContactRole.values,
    ASSIGNED_SCSS, "scss", "management", "program_admin", "helpdesk",
]  # fmt: skip
WHO = {
    "submit": {"officer"},
    "reopen": {"officer", "employee", "consultant"},
    "not_accept": {"management"},
}


def test_the_table_is_that_of_the_reference_data() -> None:
    rows = [
        row for row in rows_of("program", "statuses.csv") if row["thing"] == "business_type_account"
    ]
    wanted = {(row["code"], after) for row in rows for after in row["next"].split(";") if after}
    table = {
        (source, move.target) for move in business_types.moves.values() for source in move.sources
    }
    assert table == wanted
    assert [row["code"] for row in rows if row["code"] not in BusinessTypeStatus.values] == []


def test_the_words_of_the_statuses_are_those_of_the_reference_data() -> None:
    words = {
        row["code"]: row["label_partner"]
        for row in rows_of("program", "statuses.csv")
        if row["thing"] == "business_type_account"
    }
    assert words == {one.value: str(one.label) for one in BusinessTypeStatus}


@pytest.fixture
def model(db: None) -> SecurityModel:
    return make_model(make_account())


def put(account: BusinessTypeAccount, status: str) -> BusinessTypeAccount:
    """A row in a state, past the machine: only the guards and sources are under test."""
    number = "12345678" if status in CERTIFIED_STATUSES else None
    BusinessTypeAccount.objects.filter(pk=account.pk).update(status=status, account_number=number)
    account.refresh_from_db()
    return account


@pytest.mark.parametrize("name", list(business_types.moves))
def test_every_state_and_role_for_each_move(model: SecurityModel, name: str) -> None:
    account = answer_all(model)
    move = business_types.moves[name]
    for status, role in itertools.product(BusinessTypeStatus.values, ROLES):
        put(account, status)
        access = Access(user=model.started_by, roles=frozenset({role} if role else set()))
        buttons = {one.name for one in business_types.available(account, access)}
        may = move.permission is not None and role in WHO[name]
        assert (name in buttons) == (may and status in move.sources), (status, role)
        if move.permission is not None and role not in WHO[name]:
            with pytest.raises(NotAllowed):
                business_types.apply(name, account, actor=access)
        elif status not in move.sources:
            with pytest.raises(Refused) as refusal:
                business_types.apply(name, account, actor=access)
            assert refusal.value.code == "wrong_state"


def test_certification_needs_both_gates_in_any_order(model: SecurityModel) -> None:
    account = put(answer_all(model), "applicant")
    with pytest.raises(Refused) as refusal:
        business_types.apply("certify", account, actor=system("test"))
    assert {one.code for one in refusal.value.problems} == {"profile_gate", "vetting_gate"}
    account.profile_approved_on = account.vetting_passed_on = clock.today()
    account.save()
    business_types.apply(
        "certify", account, actor=system("test"), certified_on=clock.today(), account_number="1"
    )
    assert account.status == "certified"


@pytest.mark.parametrize(
    ("slug", "move"), [("importer", "validate"), ("rail_carrier", "complete_validation")]
)
def test_a_validation_leads_to_the_word_of_the_type(
    model: SecurityModel, slug: str, move: str
) -> None:
    account = put(answer_all(model, slug), "certified")
    other = {"validate": "complete_validation", "complete_validation": "validate"}[move]
    with pytest.raises(Refused):
        business_types.apply(other, account, actor=system("test"))
    business_types.apply(move, account, actor=system("test"))


def test_exceeding_is_for_types_with_tiers(model: SecurityModel) -> None:
    account = put(answer_all(model, "rail_carrier"), "certified_non_importer_validated")
    with pytest.raises(Refused):
        business_types.apply("exceed", account, actor=system("test"))


def test_a_reinstated_member_gets_back_the_status_it_had(model: SecurityModel) -> None:
    account = put(answer_all(model), "certified_validated")
    business_types.apply("suspend", account, actor=system("test"))
    assert status_before_measure(account) == "certified_validated"
    with pytest.raises(Refused):
        business_types.apply("reinstate_certified", account, actor=system("test"))
    business_types.apply("reinstate_certified_validated", account, actor=system("test"))
    assert account.status == "certified_validated"
