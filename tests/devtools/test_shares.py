"""The share of a folder in the time of all tests: counted, and refused when it grows too much."""

from __future__ import annotations

import pytest

from devtools import pytest_shares
from devtools.pytest_shares import SHARE, folder_of, percent, too_large


def test_a_test_is_counted_to_its_folder() -> None:
    assert folder_of("tests/look/test_forms.py::test_a_form") == "look"


def test_a_folder_within_its_share_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_shares, "SHARES", {"slow": 96})
    assert too_large({"slow": 95.0, "quick": 5.0}) == []


def test_a_folder_beyond_its_share_is_named_with_both_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pytest_shares, "SHARES", {"slow": 40})
    spent = {"slow": 95.0, "quick": 5.0}
    assert too_large(spent) == ["tests/slow takes 95 % of the run; its share is 40 %"]


def test_a_folder_without_a_share_of_its_own_has_the_common_one() -> None:
    (words,) = too_large({"new": 100.0})
    assert words.endswith(f"its share is {SHARE} %")


def test_a_machine_five_times_slower_has_the_same_shares() -> None:
    quick = {"browser": 3.0, "core": 1.0}
    assert percent(quick) == percent({name: 5 * spent for name, spent in quick.items()})
