"""S3: which numbers are required; adding, deleting, locking, warnings, invitation codes."""

from __future__ import annotations

import datetime as dt
import uuid
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from audit.models import Event
from core.crypto import decrypt
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from notifications.models import Outbox
from security_models import services
from security_models.checks import blockers_of, numbers, problems_of
from security_models.facts.identifier_requirements import Condition, maximum_of, parse_condition
from security_models.facts.questionnaire import walk
from security_models.models import (
    EligibilityQuestion,
    EligibilityRun,
    EntityIdentifier,
    IdentifierRequirement,
    IdentifierType,
    InvitationCode,
    SecurityModel,
)
from security_models.presentation import identifier_hints
from security_models.presentation.identifier_advice import advice_on, surroundings
from security_models.presentation.identifier_boxes import page_of, types_asked
from security_models.selectors import facts_of
from security_models.selectors.eligibility import catalogue
from security_models.selectors.numbers_and_papers import identifiers_of
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
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> SecurityModel:
    return make_model(make_account())


IOR = "IOR_IRS IOR_SSN IOR_CBP"


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


# --- which numbers are required
# --------------------------------------------------------------------


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
    assert add(model, IOR, "IOR # 00 1234567-00").type_id == "IOR_IRS"
    assert refused(model, IOR, "00123456701") == "kind"
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


@pytest.mark.parametrize(
    ("kind", "codes"),
    [("oti", "FMC_ORG"), ("nvocc", "FMC_ORG"), ("air_freight", "IATA_ORG TSA")],
)
def test_s3_a_consolidator_gives_the_number_of_its_kind_of_work(
    model: SecurityModel, kind: str, codes: str
) -> None:
    answer_all(model, "consolidator", CON1=kind)
    group = facts_of(model).groups[0]
    assert (group.required, set(group.codes)) == (True, set(codes.split()))


def test_a_condition_nobody_can_read_is_refused() -> None:
    assert parse_condition("always") == Condition("always")
    with pytest.raises(ValueError, match="not known"):
        parse_condition("moon=full")


def test_s3_the_page_joins_the_forms_of_one_field_and_keeps_optional_numbers_apart(
    model: SecurityModel,
) -> None:
    answer_all(model, IMP2="us")
    page = page_of(facts_of(model), [])
    first = page.parts[0].boxes[0]
    assert first.label == "Importer of record number"
    assert first.codes == ["IOR_IRS", "IOR_SSN", "IOR_CBP"] and not first.ambiguous
    assert page.parts[-1].title == "Optional"
    assert [box.codes for box in page.parts[-1].boxes] == [["EIN"], ["DUNS"], ["MID"]]
    canadian = make_model(make_account("Old Kettle Packaging"))
    answer_all(canadian, IMP2="canada")
    boxes = page_of(facts_of(canadian), []).parts[-1].boxes
    assert [box.codes for box in boxes] == [["EIN"], ["DUNS"], ["MID"], ["BN"]]


def test_s3_bonds_of_one_form_are_told_apart_by_asking(model: SecurityModel) -> None:
    answer_all(model, "consolidator")
    box = page_of(facts_of(model), []).parts[1].boxes[0]
    assert box.ambiguous
    assert refused(model, " ".join(box.codes), "99ZZ00004") == "kind"
    assert add(model, "BOND_CUSTODIAL", "99ZZ00004").type_id == "BOND_CUSTODIAL"


# --- adding and deleting --------------------------------------------------------------------------


def test_s3_a_number_that_is_not_asked_for_is_refused(model: SecurityModel) -> None:
    answer_all(model)
    assert refused(model, "SCAC", "ZQQT") == "not_asked"
    assert refused(model, "NOPE", "ZQQT") == "not_asked"


def test_s3_digits_of_any_script_are_read(model: SecurityModel) -> None:
    answer_all(model)
    assert add(model, "BOND_IMPORT", "९९ZZ00001").shown == "99ZZ00001"


@pytest.mark.parametrize("value", ["", "x", "99ZZ0001", "9" * 60, "ΑΒZZ00001"])
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
    add(model, "RFC", "TNO990101AB3")
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
    assert add(model, "DUNS", "001234567").type_id == "DUNS"


def test_r6_a_member_without_a_contact_role_cannot_add(model: SecurityModel) -> None:
    answer_all(model)
    member = make_member(model.trade_account)
    with pytest.raises(NotAllowed):
        add(model, "EIN", "00-1234567", actor=access_to(model, member.user))


# --- reading and refusing -------------------------------------------------------------------------


def words(model: SecurityModel, kinds: str, value: str) -> str:
    with pytest.raises(Refused) as refusal:
        add(model, kinds, value)
    return str(refusal.value.problems[0].message)


def test_s3_nine_digits_as_importer_number_ask_which_number_they_are(model: SecurityModel) -> None:
    answer_all(model)
    assert refused(model, IOR, "123456789") == "kind"
    assert "To make an EIN an importer number" in words(model, IOR, "IOR # 123456789")
    assert refused(model, "IOR_SSN", "123456789") == "personal"
    assert not identifiers_of(model)


@pytest.mark.parametrize(
    ("kinds", "typed"), [(IOR, "12-3456789"), (IOR, "EIN 12-3456789"), ("IOR_IRS", "123456789")]
)
def test_s3_an_ein_as_importer_number_is_told_that_its_suffix_is_missing(
    model: SecurityModel, kinds: str, typed: str
) -> None:
    answer_all(model)
    said = words(model, kinds, typed)
    assert said.startswith("This is an EIN without its suffix.") and "12-345678900" in said


def test_s3_the_ein_is_taken_from_the_importer_number(model: SecurityModel) -> None:
    answer_all(model)
    one = add(model, IOR, "12-3456789xx")
    assert one.also is not None and one.also.value == "12-3456789"
    assert [(o.type_id, o.value) for o in identifiers_of(model)] == [
        ("IOR_IRS", "12-3456789XX"),
        ("EIN", "12-3456789"),
    ]
    assert add(model, IOR, "98-7654321AB").also is None


def test_s3_an_ein_is_not_taken_where_it_is_not_asked_for(model: SecurityModel) -> None:
    answer_all(model)
    IdentifierRequirement.objects.filter(business_type_id="importer", identifier_id="EIN").delete()
    assert add(model, IOR, "12-3456789XX").also is None


@pytest.mark.parametrize(
    ("slug", "code", "typed", "said"),
    [
        ("importer", "EIN", "000-12-3456", "written like a Social Security number"),
        ("importer", "MID", "CATEJNOR1420TOR", "In Canada it begins with the province: XA Alberta"),
        ("importer", "MID", "ZZTEJNOR1420MON", "ZZ is not a country"),
        ("importer", "IOR_SSN", "000-12-3456", "none begins with 000, 666 or 9"),
        ("importer", "IOR_SSN", "666-12-3456", "none begins with 000, 666 or 9"),
        ("importer", "IOR_SSN", "912-12-3456", "none begins with 000, 666 or 9"),
        ("importer", "IOR_SSN", "219-00-9999", "has 00 in the middle"),
        ("importer", "IOR_SSN", "219-09-0000", "ends with 0000"),
        ("importer", "EIN", "00-0000000", "Every digit is 0"),
        ("importer", "DUNS", "000000000", "Every digit is 0"),
        ("highway_carrier_us_canada", "USDOT", "00000000", "Every digit is 0"),
        ("highway_carrier_us_canada", "MC_DOCKET", "MC-000000", "Every digit is 0"),
        ("highway_carrier_us_canada", "MC_DOCKET", "123456", "Begin with MC, MX or FF"),
        ("highway_carrier_mexico_long_haul", "RFC", "XAXX010101000", "generic number"),
        ("highway_carrier_mexico_long_haul", "RFC", "xexx 010101 000", "generic number"),
        ("highway_carrier_mexico_long_haul", "RFC", "TNO990230AB1", "990230 are not a date"),
        ("highway_carrier_mexico_long_haul", "RFC", "TNO010229AB1", "010229 are not a date"),
        ("highway_carrier_mexico_long_haul", "RFC", "TNO991301AB1", "991301 are not a date"),
    ],
)
def test_s3_a_refusal_says_what_is_wrong_with_the_number(
    model: SecurityModel, slug: str, code: str, typed: str, said: str
) -> None:
    answer_all(model, slug)
    assert said in words(model, code, typed)


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        ("IOR_CBP", "990101-12345", "assigned in 1999"),
        ("IOR_CBP", "250101-12345", "assigned in 2025"),
        ("MID", "XOTEJNOR1420TOR", "Ontario, Canada"),
        ("MID", "MXTEJNOR1420MON", "Mexico"),
        ("MC_DOCKET", "MX-123456", "carrier based in Mexico"),
        ("MC_DOCKET", "FF-123456", "freight forwarder"),
        ("EIN", "00-1234567", ""),
    ],
)
def test_s3_what_a_number_tells_by_itself(code: str, value: str, said: str) -> None:
    assert identifier_hints.about(code, value) == said


def test_s3_rfc_dates_and_check_digits() -> None:
    """Feb 29, 2000 was a day. ACE900319JT9 is in use although its check digit should be 3."""
    assert numbers.rfc_date("TNO000229AB1") == dt.date(2000, 2, 29)
    assert numbers.rfc_date("TNO990101AB3") == dt.date(1999, 1, 1)
    assert numbers.rfc_check_digit("GODE561231GR8") == "8"
    assert numbers.rfc_check_digit("ACE900319JT9") == "3"


def test_s3_a_retired_answer_stays_valid_and_is_not_offered(model: SecurityModel) -> None:
    question = EligibilityQuestion.objects.get(pk="CON2")
    assert [value for value, _label in question.offered] == ["held", "missing"]
    given = [["START1", "consolidator"], ["CON1", "oti"]]
    EligibilityRun.objects.filter(security_model=model).update(answers=given)
    with pytest.raises(Refused):
        services.answer(
            actor=access_to(model), model=model, question="CON2", answer="not_required", version=1
        )
    steps = walk(catalogue(), [*given, ["CON2", "not_required"]]).steps
    assert steps[-1].label == "No number is required for our work"


def test_s3_zeros_before_a_docket_number_do_not_make_it_another_number(
    model: SecurityModel,
) -> None:
    answer_all(model, "highway_carrier_us_canada")
    assert add(model, "MC_DOCKET", "MC-001234").value == "MC-1234"
    assert refused(model, "MC_DOCKET", "MC 1234") == "entered"


def test_s3_numbers_kept_with_zeros_before_them_lose_them(model: SecurityModel) -> None:
    migration = import_module("security_models.migrations.0010_numbers_without_leading_zeros")
    answer_all(model, "highway_carrier_us_canada")
    one = add(model, "USDOT", "1234567")
    hashed = one.value_hash
    EntityIdentifier.objects.update(value="01234567", shown="01234567", value_hash="of zeros")
    migration.rewrite(apps, SimpleNamespace(connection=connection))
    one.refresh_from_db()
    assert (one.value, one.shown, one.value_hash) == ("1234567", "1234567", hashed)


# --- personal numbers -----------------------------------------------------------------------------


def test_t7_a_social_security_number_asks_first_and_is_stored_encrypted(
    model: SecurityModel,
) -> None:
    answer_all(model)
    assert refused(model, IOR, "219 09 9999") == "personal"
    one = add(model, IOR, "219 09 9999", personal=True)
    assert one.shown == "•••-••-9999"
    assert "9999" not in one.value and decrypt(one.value) == "219-09-9999"
    assert len(one.value_hash) == 64


def test_t7_a_social_security_number_is_in_no_event_and_no_mail(model: SecurityModel) -> None:
    answer_all(model)
    add(model, "IOR_SSN", "219-09-9999", personal=True)
    told = [str(event.data) for event in Event.objects.all()]
    told += [mail.text for mail in Outbox.objects.all()]
    assert not any("219-09" in text or "21909" in text for text in told)


# --- advice ---------------------------------------------------------------------------------------


def advice(model: SecurityModel, user: object = None) -> list[str]:
    entered = identifiers_of(model)
    access = access_to(model, user)  # type: ignore[arg-type]
    around = surroundings(access, facts_of(model), entered)
    return [words for one in entered for words in advice_on(one, around)]


def test_s3_a_scac_of_containers_is_advised_against_and_accepted(model: SecurityModel) -> None:
    answer_all(model, "highway_carrier_us_canada")
    add(model, "SCAC", "ZQQU")
    assert advice(model) == ["Codes that end in U belong to containers, not to carriers."]


@pytest.mark.parametrize("code", ["MAEU", "ZIMU"])
def test_s3_the_codes_of_ship_lines_are_theirs(model: SecurityModel, code: str) -> None:
    answer_all(model, "sea_carrier")
    add(model, "SCAC", f"SCAC: {code.lower()}")
    assert advice(model) == []


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("USDOT", "12345", "six digits"),
        ("RFC", "TNO990101AB1", "usual check digit"),
        ("RFC", "TNOX990101AB0", "belong to a person"),
        ("RFC", "TNO250101AB1", "is after the business start date"),
        ("IATA_AIRLINE", "99", "have a letter"),
        ("BROKER_LICENSE", "0123", "five digits"),
        ("MID", "MXTEJNOR1420MON", "where the organization has no address"),
        ("MID", "XOTEJNOR1420MON", "XO means Ontario, but the addresses in Canada"),
        ("MID", "XQTEJNOR1420MON", "letters should be those of the plant's city"),
        ("IOR_CBP", "991231-00001", "established in the United States"),
        ("IOR_CBP", "991231-00001", "assigned in 1999, before the business start date"),
        ("BN", "123456789RM0001", "don't pass their check"),
        ("SCAC_RAIL", "ZQX", "private rail cars"),
    ],
)
def test_s3_odd_numbers_are_advised_on(
    model: SecurityModel, code: str, value: str, words: str
) -> None:
    one = EntityIdentifier(type=IdentifierType.objects.get(code=code), value=value, value_hash="x")
    answer_all(model, IMP2="us")
    make_address(model.trade_account, city="Laval", state="QC", postal_code="H7A 0A1", country="CA")
    TradeAccount.objects.update(business_started_on=dt.date(2004, 3, 31))
    around = surroundings(access_to(model), facts_of(model), [one])
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
    assert str(refusal.value.problems[0].message).startswith("This code can't be used")
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
