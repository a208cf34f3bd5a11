"""S3: which numbers are asked for, adding, deleting, locking, warnings, invitation codes."""

from __future__ import annotations

import uuid

import pytest

from audit.models import Event
from core.crypto import decrypt
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from notifications.models import Outbox
from security_models import services
from security_models.boxes import page_of, types_asked
from security_models.checks import blockers_of, problems_of
from security_models.checks.advice import advice_on, surroundings
from security_models.models import EntityIdentifier, IdentifierType, InvitationCode, SecurityModel
from security_models.requirements import Condition, maximum_of, parse_condition
from security_models.selectors import facts_of
from security_models.selectors.profile import identifiers_of
from tests.factories.models import (
    access_to,
    answer_all,
    choose_addresses,
    enter_numbers,
    make_address,
    make_code,
    submitted,
)
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from tests.security_models.test_eligibility import SLUGS

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


def add(model: SecurityModel, kinds: str, value: str, **more: object) -> EntityIdentifier:
    values = {"actor": access_to(model), "form_key": new_id(), "personal": False, **more}
    return services.add_identifier(
        model=model,
        kinds=kinds.split(),
        value=value,
        **values,  # type: ignore[arg-type]
    )


def refused(model: SecurityModel, kinds: str, value: str, **more: object) -> str:
    with pytest.raises(Refused) as refusal:
        add(model, kinds, value, **more)
    return refusal.value.code


# --- what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_s3_each_business_type_is_satisfied_by_the_examples_of_its_numbers(
    model: SecurityModel, slug: str
) -> None:
    answer_all(model, slug)
    assert problems_of(facts_of(model), "identifiers")
    enter_numbers(model)
    assert problems_of(facts_of(model), "identifiers") == []


@pytest.mark.parametrize("slug", SLUGS)
def test_s3_every_alternative_of_a_group_is_enough(model: SecurityModel, slug: str) -> None:
    answer_all(model, slug)
    for group in facts_of(model).groups:
        for row in group.rows:
            assert group.satisfied({row.identifier_id: row.minimum})
        assert group.satisfied({}) != group.required


def test_s3_an_importer_gives_any_form_of_the_importer_number(model: SecurityModel) -> None:
    answer_all(model)
    add(model, "IOR_IRS IOR_SSN IOR_CBP", "250101 00017")
    one = identifiers_of(model)[0]
    assert (one.type_id, one.value) == ("IOR_CBP", "250101-00017")
    assert add(model, "IOR_IRS IOR_SSN IOR_CBP", "00 1234567 00").type_id == "IOR_IRS"
    assert refused(model, "IOR_IRS IOR_SSN IOR_CBP", "00123456701") == "kind"
    assert add(model, "IOR_CBP", "00123456701").value == "001234-56701"


def test_s3_a_condition_on_an_answer_asks_for_the_rfc(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_us_mexico", HUM3="yes")
    assert "RFC" in {type.code for type in types_asked(facts_of(model))}
    other = make_model(make_account("Old Kettle Packaging"))
    answer_all(other, "highway_carrier_us_mexico", HUM3="no")
    assert "RFC" not in {type.code for type in types_asked(facts_of(other))}


def test_s3_a_condition_on_the_country_follows_the_primary_address(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_us_canada")
    choose_addresses(model)
    assert "RFC" not in {type.code for type in types_asked(facts_of(model))}
    mexico = make_address(
        model.trade_account, city="Monterrey", state="NLE", postal_code="64000", country="MX"
    )
    from security_models.selectors.addresses import chosen_addresses, seen_as

    services.save_addresses(
        actor=access_to(model), model=model, seen=seen_as(chosen_addresses(model)),
        primary=mexico.pk, mailing=mexico.pk,
    )  # fmt: skip
    facts = facts_of(model)
    assert "RFC" in {type.code for type in types_asked(facts)}
    assert facts.deed_wanted


def test_s3_a_held_number_is_asked_of_a_consolidator_only_if_its_work_requires_one(
    model: SecurityModel,
) -> None:
    answer_all(model, "consolidator", CON2="not_required")
    assert "FMC_ORG" not in {type.code for type in types_asked(facts_of(model))}


def test_a_condition_nobody_can_read_is_refused() -> None:
    assert parse_condition("always") == Condition("always")
    with pytest.raises(ValueError, match="not known"):
        parse_condition("moon=full")


def test_s3_the_page_joins_the_forms_of_one_field_and_keeps_optional_numbers_apart(
    model: SecurityModel,
) -> None:
    answer_all(model)
    page = page_of(facts_of(model), [])
    first = page.parts[0].boxes[0]
    assert first.label == "Importer of record number"
    assert first.codes == ["IOR_IRS", "IOR_SSN", "IOR_CBP"] and not first.ambiguous
    assert page.parts[-1].title == "Optional"
    assert [box.codes for box in page.parts[-1].boxes] == [["EIN"], ["DUNS"], ["MID"]]


def test_s3_bonds_of_one_form_are_told_apart_by_asking(model: SecurityModel) -> None:
    answer_all(model, "consolidator", CON2="not_required")
    box = page_of(facts_of(model), []).parts[0].boxes[0]
    assert box.ambiguous
    assert refused(model, " ".join(box.codes), "99ZZ00004") == "kind"
    assert add(model, "BOND_CUSTODIAL", "99ZZ00004").type_id == "BOND_CUSTODIAL"


# --- adding and deleting --------------------------------------------------------------------------


def test_s3_a_number_that_is_not_asked_for_is_refused(model: SecurityModel) -> None:
    answer_all(model)
    assert refused(model, "SCAC", "ZQQT") == "not_asked"
    assert refused(model, "NOPE", "ZQQT") == "not_asked"


@pytest.mark.parametrize("value", ["", "x", "99ZZ0001", "9" * 60, "९९ZZ00001"])
def test_s3_a_number_in_the_wrong_form_is_refused_with_an_example(
    model: SecurityModel, value: str
) -> None:
    answer_all(model)
    with pytest.raises(Refused) as refusal:
        add(model, "BOND_IMPORT", value)
    assert "99ZZ00001" in str(refusal.value.problems[0].message)


def test_s3_the_same_number_is_entered_once(model: SecurityModel) -> None:
    answer_all(model)
    add(model, "EIN", "00-1234567")
    assert refused(model, "EIN", "001234567") == "entered"


def test_pressed_twice_one_number_is_made(model: SecurityModel) -> None:
    answer_all(model)
    key = new_id()
    first = add(model, "EIN", "00-1234567", form_key=key)
    assert add(model, "EIN", "00-1234567", form_key=key) == first


def test_a_form_key_of_another_model_is_no_way_in(model: SecurityModel) -> None:
    answer_all(model)
    other = make_model(make_account("Old Kettle Packaging"))
    answer_all(other)
    taken = add(other, "EIN", "00-1234567")
    with pytest.raises(NotVisible):
        add(model, "EIN", "00-1234567", form_key=taken.pk)


def test_s3_a_limit_of_one_is_kept(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_mexico_long_haul")
    add(model, "RFC", "TNO990101AB1")
    assert refused(model, "RFC", "TNO990101AB2") == "full"
    assert maximum_of("SCT", facts_of(model).groups) is None


def test_s3_numbers_are_deleted_freely_in_the_draft(model: SecurityModel) -> None:
    answer_all(model)
    one = add(model, "BOND_IMPORT", "99ZZ00001")
    access = access_to(model)
    assert services.delete_identifier(actor=access, model=model, identifier_id=one.pk)
    assert services.delete_identifier(actor=access, model=model, identifier_id=one.pk) is None


def test_a_number_of_another_company_is_not_deleted(model: SecurityModel) -> None:
    other = make_model(make_account("Old Kettle Packaging"))
    answer_all(other)
    one = add(other, "BOND_IMPORT", "99ZZ00001")
    gone = services.delete_identifier(actor=access_to(model), model=model, identifier_id=one.pk)
    assert gone is None
    assert EntityIdentifier.objects.filter(pk=one.pk).exists()


def test_s3_locked_kinds_are_refused_after_the_first_submission(model: SecurityModel) -> None:
    submitted(model)
    specialist = assign(model)
    with pytest.raises(Refused) as refusal:
        add(model, "BOND_IMPORT", "99ZZ00009")
    assert specialist.name in str(refusal.value.problems[0].message)
    bond = next(one for one in identifiers_of(model) if one.type_id == "BOND_IMPORT")
    with pytest.raises(Refused):
        services.delete_identifier(actor=access_to(model), model=model, identifier_id=bond.pk)
    assert add(model, "EIN", "00-1234567").type_id == "EIN"


def test_r6_a_member_without_a_contact_role_cannot_add(model: SecurityModel) -> None:
    answer_all(model)
    member = make_member(model.trade_account)
    with pytest.raises(NotAllowed):
        add(model, "EIN", "00-1234567", actor=access_to(model, member.user))


# --- personal numbers -----------------------------------------------------------------------------


def test_t7_a_social_security_number_asks_first_and_is_stored_encrypted(
    model: SecurityModel,
) -> None:
    answer_all(model)
    assert refused(model, "IOR_IRS IOR_SSN IOR_CBP", "000 12 3456") == "personal"
    one = add(model, "IOR_IRS IOR_SSN IOR_CBP", "000 12 3456", personal=True)
    assert one.shown == "•••-••-3456"
    assert "3456" not in one.value and decrypt(one.value) == "000-12-3456"
    assert len(one.value_hash) == 64


def test_t7_a_social_security_number_is_in_no_event_and_no_mail(model: SecurityModel) -> None:
    answer_all(model)
    add(model, "IOR_SSN", "000-12-3456", personal=True)
    told = [str(event.data) for event in Event.objects.all()]
    told += [mail.text for mail in Outbox.objects.all()]
    assert not any("000-12" in text or "00012" in text for text in told)


# --- advice ---------------------------------------------------------------------------------------


def advice(model: SecurityModel, user: object = None) -> list[str]:
    entered = identifiers_of(model)
    around = surroundings(access_to(model, user), model, entered)  # type: ignore[arg-type]
    return [words for one in entered for words in advice_on(one, around)]


def test_s3_a_scac_of_containers_is_advised_against_and_accepted(model: SecurityModel) -> None:
    answer_all(model, "sea_carrier")
    add(model, "SCAC", "ZQQU")
    assert advice(model) == ["Codes that end in U mark containers, not carriers."]


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("USDOT", "12345", "six digits"),
        ("RFC", "TNO991301AB1", "a date"),
        ("RFC", "TNOX990101AB1", "belong to a person"),
        ("IATA_AIRLINE", "99", "have a letter"),
        ("BROKER_LICENSE", "0123", "five digits"),
        ("MID", "MXTEJNOR1420MON", "is in the country"),
        ("IOR_CBP", "991231-00001", "still to come"),
        ("SCAC_RAIL", "ZQX", "private rail cars"),
    ],
)
def test_s3_odd_numbers_are_advised_on(
    model: SecurityModel, code: str, value: str, words: str
) -> None:
    one = EntityIdentifier(type=IdentifierType.objects.get(code=code), value=value, value_hash="x")
    around = surroundings(access_to(model), model, [one])
    assert any(words in text for text in advice_on(one, around))


def test_s3_a_duplicate_is_told_only_among_accounts_that_can_be_opened(
    model: SecurityModel,
) -> None:
    other = make_model(make_account("Old Kettle Packaging"))
    for one in (model, other):
        answer_all(one)
        add(one, "BOND_IMPORT", "99ZZ00001")
    assert advice(model) == []
    both = make_contact(model).membership.user
    make_contact(other, both)
    assert other.reference in advice(model, both)[0]


# --- invitation codes -----------------------------------------------------------------------------


@pytest.fixture
def manufacturer(model: SecurityModel) -> SecurityModel:
    make_address(model.trade_account, city="Hai Phong", state="", postal_code="", country="VN")
    answer_all(model, "foreign_manufacturer", FMF1="elsewhere")
    return model


def test_an_invitation_code_is_claimed_by_entering_it(manufacturer: SecurityModel) -> None:
    code = make_code("INV-Q7Q7-0042", "foreign_manufacturer", "VN")
    add(manufacturer, "INVITATION", "inv q7q7 0042")
    code.refresh_from_db()
    assert code.used_by_id == manufacturer.pk and code.used_at is not None


def test_deleting_an_invitation_code_in_the_draft_frees_it(manufacturer: SecurityModel) -> None:
    code = make_code("INV-Q7Q7-0042", "foreign_manufacturer", "VN")
    one = add(manufacturer, "INVITATION", "INV-Q7Q7-0042")
    services.delete_identifier(
        actor=access_to(manufacturer), model=manufacturer, identifier_id=one.pk
    )
    code.refresh_from_db()
    assert code.used_by_id is None and code.used_at is None


@pytest.mark.parametrize("wrong", ["unknown", "used", "revoked", "country", "type"])
def test_whatever_is_wrong_with_a_code_is_refused_in_the_same_words(
    manufacturer: SecurityModel, wrong: str
) -> None:
    if wrong != "unknown":
        type = "marine_port_terminal_operator" if wrong == "type" else "foreign_manufacturer"
        code = make_code("INV-Q7Q7-0042", type, "IN" if wrong == "country" else "VN")
        used = {"used_at": code.issued_at} if wrong == "used" else {}
        gone = {"revoked_at": code.issued_at} if wrong == "revoked" else {}
        InvitationCode.objects.filter(pk=code.pk).update(**used, **gone)
    with pytest.raises(Refused) as refusal:
        add(manufacturer, "INVITATION", "INV-Q7Q7-0042")
    assert str(refusal.value.problems[0].message).startswith("This code cannot be used")
    assert not EntityIdentifier.objects.filter(security_model=manufacturer).exists()


def test_a_code_no_longer_fits_when_the_country_of_the_company_changes(
    manufacturer: SecurityModel,
) -> None:
    make_code("INV-Q7Q7-0042", "foreign_manufacturer", "VN")
    add(manufacturer, "INVITATION", "INV-Q7Q7-0042")
    assert "invitation" not in {one.code for one in blockers_of(facts_of(manufacturer))}
    choose_addresses(manufacturer)
    assert "invitation" in {one.code for one in blockers_of(facts_of(manufacturer))}


def test_an_unknown_identifier_id_changes_nothing(model: SecurityModel) -> None:
    assert (
        services.delete_identifier(actor=access_to(model), model=model, identifier_id=uuid.uuid4())
        is None
    )
