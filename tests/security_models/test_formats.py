"""S3: numbers as people type them, from the examples and patterns of the reference data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reference import rows_of
from security_models.formats import fits, last_four, normalize, read
from security_models.models import IdentifierType
from security_models.reference import identifier_types

ROWS = rows_of("program", "identifier_types.csv")
TYPES = [IdentifierType(**row) for row in identifier_types()]
BY_CODE = {one.code: one for one in TYPES}


@pytest.mark.parametrize("row", ROWS, ids=[row["code"] for row in ROWS])
def test_s3_examples_are_accepted_untidy_or_not_and_counter_examples_refused(
    row: dict[str, str],
) -> None:
    type = BY_CODE[row["code"]]
    assert read(row["example"], type) == row["example"]
    assert read(row["example_untidy"], type) == row["example"]
    assert read(row["counter_example"], type) is None


@given(st.sampled_from(TYPES), st.text(max_size=40))
def test_s3_normalizing_twice_changes_nothing(type: IdentifierType, text: str) -> None:
    once = normalize(text, type.normalisation)
    assert normalize(once, type.normalisation) == once


@given(st.sampled_from(TYPES), st.data())
def test_s3_spaces_and_case_never_matter(type: IdentifierType, data: st.DataObject) -> None:
    spaces = data.draw(
        st.lists(st.sampled_from(["", " ", "\u00a0"]), min_size=len(type.example) + 1)
    )
    spread = "".join(a + b for a, b in zip(spaces, type.example, strict=False))
    typed = data.draw(st.sampled_from([spread, spread.lower()]))
    assert read(typed, type) == type.example


@given(st.sampled_from(TYPES))
def test_s3_hyphens_may_be_left_out_where_they_are_put_in(type: IdentifierType) -> None:
    if "insert_hyphens" in type.normalisation or "insert_hyphen_after" in type.normalisation:
        assert read(type.example.replace("-", ""), type) == type.example


@given(st.sampled_from(TYPES), st.from_regex(r"[0-9A-Z-]{0,20}", fullmatch=True))
def test_s3_what_is_read_has_the_form_of_its_type(type: IdentifierType, text: str) -> None:
    value = read(text, type)
    assert value is None or fits(value, type.regex)


def test_s3_typographic_hyphens_count_as_hyphens() -> None:
    assert read("00–1234567", BY_CODE["EIN"]) == "00-1234567"


@pytest.mark.parametrize("text", ["٠٠٠١٢٣", "０００１２３", "000123\n4"])
def test_s3_digits_of_other_scripts_are_not_digits(text: str) -> None:
    assert read(text, BY_CODE["FMC_ORG"]) is None


def test_s3_an_mid_never_begins_with_ca() -> None:
    assert read("CATEJNOR1420MON", BY_CODE["MID"]) is None
    assert read("XOTEJNOR1420MON", BY_CODE["MID"]) == "XOTEJNOR1420MON"


def test_an_unknown_step_is_refused_when_it_is_met() -> None:
    with pytest.raises(KeyError):
        normalize("x", "upper;turn_round")


def test_t7_a_personal_number_shows_its_last_four_digits() -> None:
    assert last_four("000-12-3456") == "•••-••-3456"
