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
        ("RFC", "RFC Nº ABC990101AB3", "ABC990101AB3"),
        ("RFC", "RFC con homoclave: ABC990101AB3", "ABC990101AB3"),
        ("RFC", "RFC No. DEL 990101 AB3", "DEL990101AB3"),
        ("CAAT", "CAAT no 99", "NO99"),
        ("SCAC", "scac code is abcd", "ABCD"),
        ("SCAC", "SCAC code is NOLU", "NOLU"),
        ("SCAC_RAIL", "SCAC no", "NO"),
        ("IATA_AIRLINE", "IATA code is IS", "IS"),
        ("IATA_ORG", "12-3 4567/0015", "12345670015"),
        ("MID", "MID NO TEJNOR 1420 OSL", "NOTEJNOR1420OSL"),
        ("MID", "MID is MXTEJNOR1420MON", "MXTEJNOR1420MON"),
        ("SCT", "Núm. de permiso SCT: 09381581/080002", "09381581/080002"),
        ("MC_DOCKET", "MC Docket No. 123456", "MC-123456"),
        ("MC_DOCKET", "MC-00123456", "MC-123456"),
        ("MC_DOCKET", "MC-000531", "MC-0531"),
        ("MC_DOCKET", "MC-0531", "MC-0531"),
        ("USDOT", "01234567", "1234567"),
        ("FMC_ORG", "OTI License No. 012345NF", "012345"),
        ("SCT", "Permiso federal 09381581/080002", "09381581/080002"),
        ("SCT", "3268 OEMR 07062011 230301009", "3268OEMR07062011230301009"),
        ("SCT", "Autorización 09381581/080002", None),
        ("SCT", "09381581/080002 vigente", None),
        ("TSA", "approved ZZ0000001", None),
        ("MC_DOCKET", "MC number: MC-123456", "MC-123456"),
        ("SCT", "no tengo", None),
        ("TSA", "pending", None),
        ("BOND_IMPORT", "not known", None),
    ],
)
def test_s3_numbers_are_read_as_they_are_pasted(code: str, typed: str, value: str | None) -> None:
    assert read(typed, BY_CODE[code]) == value


@pytest.mark.parametrize("slash", "/\\\u2044\u2215\u29f8\uff0f\uff3c")
def test_s3_every_slash_is_kept_in_a_permit(slash: str) -> None:
    assert read(f"09381581{slash}080002", BY_CODE["SCT"]) == "09381581/080002"


@pytest.mark.parametrize("type", TYPES, ids=[one.code for one in TYPES])
def test_s3_a_sign_that_is_no_separator_is_never_dropped(type: IdentifierType) -> None:
    for sign in "|~?+*;%<é\u0301✓":
        typed = f"{type.example[:1]}{sign}{type.example[1:]}"
        assert (typed, read(typed, type)) == (typed, None)


_WORDS = ("NUMBER", "NUM", "NO", "NR", "ID", "IS", "ES", "DE", "DEL", "OF", "CODE", "THE", "MY")


@pytest.mark.parametrize("type", TYPES, ids=[one.code for one in TYPES])
def test_s3_a_number_that_begins_like_a_label_word_is_never_shortened(
    type: IdentifierType,
) -> None:
    """A SCAC such as NOLU, a MID of Norway, a bond that begins with NUM."""
    labels = type.labels.split(";")
    for word in (*_WORDS, *labels):
        value = word + type.example[len(word) :]
        if not fits(value, type.regex):
            continue
        for words in ("{1}", "{0} {1}", "{0}: {1}", "{0} No. {1}", "{0} number {1}"):
            typed = words.format(labels[0], value)
            assert (typed, read(typed, type)) == (typed, value)


def test_s3_where_a_number_was_parted_tells_its_kind() -> None:
    ssn = BY_CODE["IOR_SSN"]
    assert [bool((r := reading(one, ssn)) and r.as_written) for one in
            ("219-09-9999", "219 09 9999", "SSN 219-09-9999", "219099999", "21 9099999")] == [
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
