"""S3: numbers as people paste them, from the examples and patterns of the reference data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reference import rows_of
from security_models.facts.identifier_formats import (
    digits_of,
    fits,
    last_four,
    read,
    reading,
    steps,
    tidy,
)
from security_models.models import IdentifierType
from security_models.reference import identifier_types

ROWS = rows_of("program", "identifier_types.csv")
TYPES = [IdentifierType(**row) for row in identifier_types()]
BY_CODE = {one.code: one for one in TYPES}


@pytest.mark.parametrize("row", ROWS, ids=[row["code"] for row in ROWS])
def test_s3_every_way_of_pasting_an_example_reads_as_it_and_counter_examples_are_refused(
    row: dict[str, str],
) -> None:
    type = BY_CODE[row["code"]]
    assert read(row["example"], type) == row["example"]
    for pasted in row["example_untidy"].split("|"):
        assert (pasted, read(pasted, type)) == (pasted, row["example"])
    for wrong in row["counter_example"].split("|"):
        assert (wrong, read(wrong, type)) == (wrong, None)


@pytest.mark.parametrize("type", TYPES, ids=[one.code for one in TYPES])
def test_s3_every_label_may_stand_before_its_number_in_every_usual_way(
    type: IdentifierType,
) -> None:
    for label in type.labels.split(";"):
        for words in ("{} {}", "{}: {}", "{} # {}", "{} No. {}", "{} number: {}", "{1} ({0})"):
            for typed in (
                words.format(label, type.example),
                words.format(label.lower(), type.example),
            ):
                assert (typed, read(typed, type)) == (typed, type.example)


def _noise(sign: str) -> st.SearchStrategy[str]:
    """What copying may change about one character."""
    wide = chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign
    dashes = st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"])
    return dashes if sign == "-" else st.sampled_from([sign, sign.lower(), wide])


@given(st.sampled_from(TYPES), st.data())
def test_s3_pasted_variants_read_as_the_example(type: IdentifierType, data: st.DataObject) -> None:
    blank = st.sampled_from(["", "", "", " ", "\u00a0", "\u202f", "\u200b", "\u2066"])
    body = "".join(data.draw(_noise(sign)) + data.draw(blank) for sign in type.example)
    label = data.draw(st.sampled_from(["", *type.labels.split(";")]))
    between = data.draw(st.sampled_from([" ", ": ", " # ", " No. ", "\u00a0number "]))
    around = data.draw(st.sampled_from(["{}", "“{}”", " {} ", "{}.", "'{}'"]))
    typed = around.format(f"{label}{between}{body}" if label else body)
    assert read(typed, type) == type.example


@given(st.sampled_from(TYPES), st.data())
def test_s3_reading_twice_changes_nothing(type: IdentifierType, data: st.DataObject) -> None:
    shaped = st.from_regex(type.regex.removeprefix("^").removesuffix("$"), fullmatch=True)
    value = read(data.draw(st.one_of(st.text(max_size=40), shaped)), type)
    assert value is None or (fits(value, type.regex) and read(value, type) == value)


@given(st.sampled_from(TYPES))
def test_s3_hyphens_may_be_left_out_where_they_are_put_in(type: IdentifierType) -> None:
    if "hyphens:" in type.normalisation or "hyphen_after:" in type.normalisation:
        assert read(type.example.replace("-", ""), type) == type.example


@pytest.mark.parametrize(
    ("code", "typed", "value"),
    [
        ("IOR_IRS", "12-3456789-XX", "12-3456789XX"),
        ("IOR_IRS", "12 3456789 xx", "12-3456789XX"),
        ("IOR_CBP", "99-0101-12345", "990101-12345"),
        ("IOR_CBP", "990101-12345", "990101-12345"),
        ("EIN", "000 12 3456", None),
        ("DUNS", "000-12-3456", None),
        ("SCAC", "MAEU", "MAEU"),
        ("SCAC", "SCAC", "SCAC"),
        ("USDOT", "1,234,567", "1234567"),
        ("USDOT", "1'234'567", "1234567"),
        ("MC_DOCKET", "MX-123456", "MX-123456"),
        ("MC_DOCKET", "ff 123456", "FF-123456"),
        ("SCT", "3268OEMR07062011230301009", "3268OEMR07062011230301009"),
        ("SCT", "09381581/080002", "09381581/080002"),
        ("SCT", "SCT-000123", "SCT-000123"),
        ("SCT", "Permiso SCT 09381581/080002", "09381581/080002"),
        ("MID", "NO TEJNOR 1420 OSL", "NOTEJNOR1420OSL"),
        ("MID", "MID ID TEJNOR1420JAK", "IDTEJNOR1420JAK"),
        ("MID", "XOTEJNOR1420TOR", "XOTEJNOR1420TOR"),
        ("MID", "CATEJNOR1420MON", None),
        ("RFC", "ñ&o 990101-ab1", "Ñ&O990101AB1"),
        ("FMC_ORG", "０００１２３", "000123"),
        ("FMC_ORG", "٠٠٠١٢٣", "000123"),
        ("DUNS", "००१-२३४-५६७", "001234567"),
        ("FMC_ORG", "000123\n4", None),
        ("SCT", "no tengo", None),
        ("TSA", "pending", None),
        ("BOND_IMPORT", "not known", None),
    ],
)
def test_s3_numbers_are_read_as_they_are_pasted(code: str, typed: str, value: str | None) -> None:
    assert read(typed, BY_CODE[code]) == value


def test_s3_where_a_number_was_parted_tells_its_kind() -> None:
    ssn = BY_CODE["IOR_SSN"]
    assert [bool((r := reading(one, ssn)) and r.as_written) for one in
            ("000-12-3456", "000 12 3456", "SSN 000-12-3456", "000123456", "00 0123456")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_rows_that_name_the_former_steps_still_read() -> None:
    old = IdentifierType(
        regex=r"^\d{2}-\d{7}$", normalisation="upper;strip_spaces;insert_hyphens:2"
    )
    assert read("00 1234567", old) == "00-1234567"
    old = IdentifierType(regex=r"^\d{5,8}$", normalisation="upper;strip_spaces;strip_prefix:USDOT")
    assert read("usdot 1234567", old) == "1234567"


def test_an_unknown_step_is_refused_when_it_is_met() -> None:
    with pytest.raises(KeyError):
        steps("keep:;turn_round")


def test_digits_are_told_from_other_numbers() -> None:
    assert digits_of("12-345 6789") == "123456789"
    assert digits_of("12-3456789XX") == ""
    assert tidy(" “zqqt” ") == "ZQQT"


def test_t7_a_personal_number_shows_its_last_four_digits() -> None:
    assert last_four("000-12-3456") == "•••-••-3456"
