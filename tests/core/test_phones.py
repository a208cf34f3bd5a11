"""Phone numbers and whole numbers are read in one way in the whole portal."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.fields import PhoneField, WholeNumberField
from core.phones import LONGEST, as_kept, read_phone
from identity.forms import ProfileForm
from trade_accounts.forms import CompanyForm, InvitedForm, InviteForm, NewCompanyForm

ONE = "+1 956 555 0100"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (ONE, ONE),
        ("956 555 0100", ONE),
        ("(956) 555-0100", ONE),
        ("956.555.0100", ONE),
        ("1-956-555-0100", ONE),
        ("+1\u00a0956\u2011555\u20110100", ONE),
        ("＋１　９５６　５５５　０１００", ONE),
        ("tel: 956 555 0100", ONE),
        ("956-555-0100 x12", f"{ONE} ext. 12"),
        ("(956) 555.0100 ext. 7", f"{ONE} ext. 7"),
        ("9565550100 #12", f"{ONE} ext. 12"),
        ("956 555 0100 extension 44", f"{ONE} ext. 44"),
        (f"{ONE} ext. 12", f"{ONE} ext. 12"),
        ("956,555,0100", ONE),
        ("956 555 0100 ramal 12", f"{ONE} ext. 12"),
        ("956 555 0100 poste 12", f"{ONE} ext. 12"),
        ("956 555 0100 转 12", f"{ONE} ext. 12"),
        ("956 555 0100转12", f"{ONE} ext. 12"),
        ("956 555 0100, Durchwahl 12", f"{ONE} ext. 12"),
        ("956 555 0100 ext#12", f"{ONE} ext. 12"),
        ("956 555 0100 w12", f"{ONE} ext. 12"),
        ("956 555 0100 anexo 12", f"{ONE} ext. 12"),
        ("956 555 0100 int. 12", f"{ONE} ext. 12"),
        ("956 555 0100 (interno 12)", f"{ONE} ext. 12"),
        ("01 81 5555 0190", "+52 81 5555 0190"),
        ("044 81 5555 0190", "+52 81 5555 0190"),
        ("045 81 5555 0190 ext. 12", "+52 81 5555 0190 ext. 12"),
        ("+52 01 81 5555 0190", "+52 81 5555 0190"),
        ("+52 81 5550 0190", "+52 81 5550 0190"),
        ("52 81 5550 0190", "+52 81 5550 0190"),
        ("0052 81 5550 0190", "+52 81 5550 0190"),
        ("011 52 81 5550 0190", "+52 81 5550 0190"),
        ("+52 1 81 5550 0190", "+52 81 5550 0190"),
        ("52 1 81 5550 0190", "+52 81 5550 0190"),
        ("+٥٢ ٨١ ٥٥٥٠ ٠١٩٠", "+52 81 5550 0190"),
        ("+44 (0)20 7946 0018", "+44 20 7946 0018"),
        ("+49 (0)30 901820", "+49 30 901820"),
    ],
)
def test_phone_numbers_are_read_as_people_write_them_and_kept_in_one_way(
    typed: str, kept: str
) -> None:
    assert PhoneField().clean(typed) == kept
    assert PhoneField().clean(kept) == kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("12", "with country code and area code"),
        ("555-0100", "area code is missing"),
        ("956 555 010", "Digits are missing"),
        ("+1 956 555 01000", "too many digits"),
        ("956 555 0100 / 0101", "one phone number only"),
        ("956 555 0100, 956 555 0101", "one phone number only"),
        ("956 555 0100 or 956 555 0101", "one phone number only"),
        ("9565550100;9565550101", "one phone number only"),
        ("+1 956 555 0100 +52 81 5555 0190", "one phone number only"),
        ("0000000000", "one digit repeated"),
        ("+1 111 111 1111", "one digit repeated"),
        ("99 867 123 4567 1", "begin with . and its code"),
        ("+999 123456", "No country has the code"),
        ("call me", "in digits"),
        ("9" * 40, "too long"),
        ("956 555 0100 ext. 123456789", "extension is longer"),
    ],
)
def test_a_phone_number_is_refused_with_what_is_missing(typed: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        PhoneField().clean(typed)


def test_a_number_without_country_code_belongs_to_the_company_s_country() -> None:
    assert read_phone("81 5550 0190", lambda: "MX") == "+52 81 5550 0190"
    assert read_phone("01 81 5555 0190", lambda: "MX") == "+52 81 5555 0190"
    assert read_phone("01 42 68 53 00", lambda: "FR") == "+33 1 42 68 53 00"
    assert read_phone("867 555 0100", lambda: "") == "+1 867 555 0100"
    assert read_phone(ONE, _never) == ONE


def _never() -> str:
    raise AssertionError("the country is not asked for")


@pytest.mark.parametrize(
    "form", [ProfileForm, NewCompanyForm, CompanyForm, InviteForm, InvitedForm]
)
def test_every_form_with_a_phone_number_reads_it_by_the_one_rule(form: type) -> None:
    assert type(form.base_fields["phone"]) is PhoneField  # type: ignore[attr-defined]


@given(st.text(max_size=60))
def test_reading_a_phone_number_twice_changes_nothing(text: str) -> None:
    kept = as_kept(text)
    assert as_kept(kept) == kept
    assert kept == text or len(kept) <= LONGEST


@pytest.mark.parametrize(
    "typed", ["1200", "1,200", "1 200", "1\u00a0200", "1\u202f200", "1'200", "1’200", "1.200",
              "１２００", "１，２００", " 1200 "],
)  # fmt: skip
def test_whole_numbers_are_read_with_their_separators(typed: str) -> None:
    assert WholeNumberField().clean(typed) == 1200


@pytest.mark.parametrize(
    ("typed", "number"), [("1,234,567", 1234567), ("12,34,567", 1234567), ("1.234.567", 1234567)]
)
def test_long_numbers_too(typed: str, number: int) -> None:
    assert WholeNumberField().clean(typed) == number


@pytest.mark.parametrize(
    "typed", ["1,20", "1.5", "1,200.5", "1,200 300", "1.200,300", ",200", "1,,200"]
)
def test_what_could_be_a_fraction_or_two_numbers_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        WholeNumberField().clean(typed)
