"""The life cycle of a business type: the table equals the data, every state x move x role."""

from __future__ import annotations

import pytest

from core import clock
from core.access import ROLE_GRANTS, system
from core.errors import Refused
from core.reference import rows_of
from security_models.machine import business_types, status_before_measure
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import CERTIFIED_STATUSES, BusinessTypeStatus
from tests.audit.machine_matrix import check
from tests.factories.models import answer_all
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model

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
    """Put a row into a state without the machine: only guards and sources are tested."""
    number = "12345678" if status in CERTIFIED_STATUSES else None
    BusinessTypeAccount.objects.filter(pk=account.pk).update(status=status, account_number=number)
    account.refresh_from_db()
    return account


def test_every_state_move_and_role_is_as_the_table_says(model: SecurityModel) -> None:
    check(business_types, answer_all(model), UserFactory.create())


def test_the_moves_that_people_make_are_theirs_alone() -> None:
    for name, move in business_types.moves.items():
        holders = {
            role
            for role, rights in ROLE_GRANTS.items()
            if move.permission is not None and move.permission in rights
        }
        assert holders == WHO.get(name, set()), name


def test_certification_needs_both_gates_in_any_order(model: SecurityModel) -> None:
    account = put(answer_all(model), "applicant")
    with pytest.raises(Refused) as refusal:
        business_types.apply("certify", account, actor=system("test"))
    assert {one.code for one in refusal.value.problems} == {"profile_gate", "vetting_gate"}
    account.profile_approved_on = account.vetting_passed_on = clock.today()
    account.save(update_fields=["vetting_passed_on", "profile_approved_on"])
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
