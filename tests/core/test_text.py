"""A3, A4: every script is accepted, nothing invisible is stored, and the same word
compares equal.
"""

from __future__ import annotations

import sys
import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError as FormError
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError as ApiError

from core import text as kept
from core.api import Text
from core.forms import PortalForm, TextField
from core.text import clean, fold, is_blank, one_line, visible_length

#: Characters that exercise the unusual paths: joiners, selectors, tags, marks, breaks, pasted
#: bullets.
_odd = st.sampled_from(
    "\u200c\u200d\ufe0f\U000e0100\u034f\u0300\u180b\u1820\U0001f469\U0001f680❤\U0001f3f4"
    "\U000e0067\U000e007f\U00013430\U00013000\u115f\u1100´ß\u0130ı٠یक़\u0915\u094d\u2028"
    "\r\n\v\ud800\ufffe\ue000\uf0b7\u0378"
)
_texts = st.text(st.one_of(_odd, st.characters(exclude_categories=())))

INVISIBLE = [
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180E, 0x3164, 0xFE0F, 0xFEFF, 0xFFA0),
    *(0xFFFC, 0xE000, 0xE0001, 0xE0041, 0xE0100, 0xF0000, 0x10FFFD, 0x7, 0x7F, 0x9B, 0xD800),
]


@given(_texts)
def test_a_cleaned_text_stays_as_it_is_and_can_be_stored_anywhere(typed: str) -> None:
    once = clean(typed)
    assert clean(once) == once
    assert once.encode() and not set(once) & set("\0\r\v\f\u2028") if once else True


@given(_texts)
def test_a_key_is_its_own_key_and_that_of_the_cleaned_text(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed) == fold(clean(typed))


def test_the_key_of_every_letter_that_has_parts_is_its_own_key() -> None:
    letters = map(chr, range(0xA0, 0x30000))
    composed = [one for one in letters if unicodedata.normalize("NFKD", one) != one]
    assert [one for one in composed if not fold(fold(one)) == fold(one) == fold(clean(one))] == []


def test_every_character_but_the_invisible_is_kept() -> None:
    refused = [
        f"{code:04X}"
        for code in range(0x20, sys.maxunicode + 1)
        if unicodedata.category(one := chr(code)) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        and unicodedata.normalize("NFC", f"a{one}") != clean(f"a{one}")
        and not kept._uncounted.match(one)
    ]
    assert refused == []


def test_whatever_needs_a_look_is_looked_at() -> None:
    asked = [chr(code) for code in range(sys.maxunicode + 1) if code not in (0xA, 0xB, 0xC, 0xD)]
    missed = [one for one in asked if kept._seen(one) != one and not kept._UNSEEN.match(one)]
    assert [one for one in missed if one not in "\u0085\u2028\u2029"] == []


@given(_texts)
def test_a_text_is_blank_if_nothing_of_it_is_seen(text: str) -> None:
    assert is_blank(text) == (visible_length(text) == 0)


@pytest.mark.parametrize("code", INVISIBLE, ids=lambda code: f"U+{code:04X}")
def test_invisible_characters_are_dropped_and_alone_are_nothing(code: int) -> None:
    one = chr(code)
    assert clean(f"gate{one}house") in {"gatehouse", "gate\nhouse"}
    assert is_blank(one * 40) and is_blank(f" {one} ")


@pytest.mark.parametrize(
    "typed",
    [
        "营业执照",
        "نمی‌خواهم",
        "ه‍.ش",
        "क्‍ष और र्‍य",
        "ශ්‍රී ලංකා",
        "👩🏽‍🚀 ❤️‍🔥 🏳️‍🌈 1️⃣",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "葛\U000e0100城",
        "ᠮᠣᠩ\u180bᠭᠣᠯ",
        "א׳ ב״ג",
        "Señor Muñoz\n\tŁódź “seals” – 100 %…",
        "\U0003fffd\u0378",
    ],
)
def test_what_a_script_needs_is_kept(typed: str) -> None:
    assert clean(typed) == unicodedata.normalize("NFC", typed)


def test_pasted_bullets_become_real_ones_and_breaks_of_any_kind_lines() -> None:
    assert clean("\uf0b7 one\u200b two\u00ad three\ufeff") == "• one two three"
    assert clean("a\r\nb\rc\vd\fe\u2028f\u2029g\u0085h") == "a\nb\nc\nd\ne\nf\ng\nh"
    assert one_line("a\vb\fc\u2028d\te") == "a b c d e"


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("", 0),
        ("\u2062\u200d", 0),
        ("x" + " " * 40 + "y", 3),
        ("x" + "\u3000\u2800\u00a0\n" * 20 + "y", 3),
        ("a" + "\u0301" * 40, 1),
        ("營業執照", 4),
        ("नमस्ते", 6),
        ("\u2800 \u3164", 0),
    ],
)
def test_p2_length_is_what_a_reader_sees(typed: str, count: int) -> None:
    assert visible_length(typed) == count


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D’Quill", "D'Quill"),
        ("Dʼquill", "D`QUILL"),
        ("D´Quill", "D′Quill"),
        ("“Acme”", '"ACME"'),
        ("Jean–Luc", "jean-luc"),
        ("Peña  Núñez ", "pena nunez"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("Ｌａｒｅｄｏ", "Laredo"),
        ("İstanbul", "istanbul"),
        ("Ελλάς", "ΕΛΛΑΣ"),
        ("علی", "علي"),
        ("٢٠٢٦", "2026"),
        ("مُحَمَّد", "محمد"),
        ("نمی‌خواهم", "نمیخواهم"),
        ("한국", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_the_same_word_typed_on_another_keyboard(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("か", "が"), ("कि", "की"), ("paypal", "pаypal"), ("木", "本"), ("กา", "กี"), ("a b", "ab")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


class _Form(PortalForm):
    name = TextField(max_length=20)
    reason = TextField(max_length=200, min_length=30, multiline=True, required=False)


def test_a_text_without_anything_to_read_is_an_empty_field() -> None:
    form = _Form({"name": "\u2062\u200d \u3164", "reason": ""})
    assert not form.is_valid()
    assert form.errors["name"] == ["Fill in “Name”."]


def test_a_least_length_counts_what_a_reader_sees() -> None:
    form = _Form({"name": "营业执照", "reason": "x" + " " * 40 + "y"})
    assert not form.is_valid()
    assert form.errors["reason"] == ["Write at least 30 characters in “Reason”; it has 3."]


def test_a_paste_in_one_line_loses_its_breaks_and_no_word() -> None:
    form = _Form({"name": "营业\v执照\u2028\u202eabc", "reason": "\u0009a\fb" * 9})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == "营业 执照 abc"
    assert form.cleaned_data["reason"].startswith("a\nb\ta\nb")


@pytest.mark.parametrize(
    "field", [TextField(max_length=20, min_length=3), Text(max_length=20, multiline=True)]
)
def test_a3_what_is_far_too_long_is_refused_by_its_length_before_it_is_cleaned(
    field: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_text: str) -> str:
        raise AssertionError("cleaning looks at each character of a million")

    for module in ("core.forms", "core.api.fields"):
        for name in ("clean", "one_line", "is_blank"):
            monkeypatch.setattr(f"{module}.{name}", never)
    check = field.clean if isinstance(field, TextField) else field.run_validation
    for typed in ("\u200d" * 1_000_000, "a\u200b" * 500_000):
        with pytest.raises((FormError, ApiError)):
            check(typed)


@pytest.mark.parametrize("typed", ["a\u200b" * 20, "\u202eab" + " " * 100_000])
def test_a3_what_is_long_only_by_what_nobody_sees_is_taken(typed: str) -> None:
    left = clean(typed).strip()
    assert TextField(max_length=20).clean(typed) == left
    assert Text(max_length=20).run_validation(typed) == left


@pytest.mark.parametrize("mark", ["\u0301", "\u093c", "\u0e31", "\u0487", "\U0001da00"])
def test_a_mark_without_a_letter_is_nothing_and_with_one_it_stays(mark: str) -> None:
    assert clean(mark * 40) == clean(f" {mark}\n{mark}{mark}").strip() == ""
    assert is_blank(mark * 40)
    assert clean(f"क{mark} {mark}क") == unicodedata.normalize("NFC", f"क{mark} क")
