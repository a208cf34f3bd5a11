"""A3: documents print every script, and text written to the left in its order."""

from __future__ import annotations

import copy
import io
import unicodedata
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pikepdf
import pytest
from fontTools.unicodedata import Blocks, script

from core.pdf import make_pdf

SCRIPTS = {
    "Chinese": "营业执照：广东省深圳市 營業執照",
    "Japanese": "株式会社サンプル ひらがな",
    "Korean": "주식회사 한국물산",
    "Arabic": "شركة النور للتجارة (دبي)",
    "Persian": "نمی\u200cخواهم پارسی گچ",
    "Hebrew": 'חברת האור בע"מ',
    "Devanagari": "क्षमता नमस्ते",
    "Bengali": "বাংলা কোম্পানি",
    "Tamil": "தமிழ் நிறுவனம்",
    "Telugu": "తెలుగు",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Thai": "บริษัท น้ำดื่ม จำกัด",
    "Lao": "ລາວ",
    "Khmer": "កម្ពុជា",
    "Burmese": "မြန်မာ",
    "Ethiopic": "የኢትዮጵያ ድርጅት",
    "Georgian": "საქართველო",
    "Armenian": "Հայաստան",
    "Cyrillic": "Россия Қазақстан",
    "Greek": "Ελλάδα",
    "Vietnamese": "Nguyễn Đặng",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Rare ideographs": "𠮷野家 𪛖 𪜀 𫝀 𫠠 𬺰 𰻞 𱍐",
    "Pictures": "🙂 🚢 ✓ ☑ ❖ ➢ ⚠",
}
#: In the order in which they are drawn; the letters of the others come in the order of their
#: glyphs.
LEFT_TO_RIGHT = ("Chinese", "Japanese", "Korean", "Ethiopic", "Georgian", "Armenian", "Greek")


#: Blocks that were added after Unicode 15; no system font has shapes for them yet.
NEWER = {
    "Arabic Extended-C", "Archaic Cuneiform Numerals", "Bengali Supplement", "Beria Erfe",
    "CJK Unified Ideographs Extension I", "CJK Unified Ideographs Extension J",
    "Egyptian Hieroglyphs Extended-A", "Garay", "Gurung Khema", "Jurchen", "Jurchen Radicals",
    "Kirat Rai", "Myanmar Extended-C", "Ol Onal", "Seal", "Sharada Supplement", "Sidetic",
    "Sunuwar", "Tai Yo", "Tangut Components Supplement", "Todhri", "Tolong Siki",
    "Tulu-Tigalari",
}  # fmt: skip
#: Older ones that no font has: nine letters of a script that nobody has written since 1502.
WITHOUT_A_FONT = {"Tangut Supplement"}


def _printed(scripts: dict[str, str]) -> bytes:
    """A document with those words of each script."""
    from django.conf import settings
    from django.test import override_settings

    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], settings.BASE_DIR / "tests/core/templates"]
    context: dict[str, Any] = {
        "scripts": scripts.items(),
        "name": "חברת אור (חיפה)",
        "number": "12345678",
        "doc_title": "Scripts",
    }
    with override_settings(TEMPLATES=templates):
        return make_pdf("core_sample/scripts.html", context)


@pytest.fixture(scope="module")
def document() -> bytes:
    """All scripts in one document."""
    return _printed(SCRIPTS)


def _letters(text: str) -> set[str]:
    return {one for one in unicodedata.normalize("NFKD", text) if one.isalnum()}


def test_every_script_is_in_the_document_as_it_was_typed(document: bytes) -> None:
    with pdfplumber.open(io.BytesIO(document)) as pdf:
        text = "\n".join(page.extract_text() for page in pdf.pages)
        drawn = _letters("".join(one["text"] for page in pdf.pages for one in page.chars))
    missing = {name: _letters(words) - drawn for name, words in SCRIPTS.items()}
    assert {name: letters for name, letters in missing.items() if letters} == {}
    assert [name for name in LEFT_TO_RIGHT if SCRIPTS[name] not in text] == []


def test_a_number_stays_behind_the_name_that_is_written_to_the_left(document: bytes) -> None:
    with pdfplumber.open(io.BytesIO(document)) as pdf:
        words = pdf.pages[-1].extract_words()
    number = next(one for one in words if "12345678" in one["text"])
    name = [
        one
        for one in words
        if abs(one["top"] - number["top"]) < 2 and any("א" <= c <= "ת" for c in one["text"])
    ]
    assert name and max(one["x1"] for one in name) <= number["x0"]


def test_fonts_are_embedded_in_part_and_the_document_stays_accessible(document: bytes) -> None:
    assert len(document) < 400_000
    with pikepdf.open(io.BytesIO(document)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert b"pdfuaid" in pdf.Root.Metadata.read_bytes()
        fonts = {str(one.BaseFont) for page in pdf.pages for one in page.Resources.Font.values()}
    assert all("+" in name for name in fonts)


def _first_letters() -> Iterator[tuple[str, str]]:
    """Each block of Unicode that has letters, and the first of them."""
    ends = [*Blocks.RANGES[1:], 0x110000]
    for first, end, name in zip(Blocks.RANGES, ends, Blocks.VALUES, strict=True):
        every = [chr(code) for code in range(first, end)]
        kinds = {unicodedata.category(one) for one in every}
        letters = [one for one in every if unicodedata.category(one).startswith("L")]
        if kinds == {"Cn"}:  # newer than this Python
            letters = [one for one in every if script(one) not in {"Zinh", "Zyyy", "Zzzz"}]
        if letters:
            yield name, letters[0]


def test_neither_the_scripts_nor_a_letter_of_any_block_are_printed_as_a_box(
    caplog: pytest.LogCaptureFixture,
) -> None:
    letters = dict(_first_letters())
    assert len(letters) > 200 and letters["Basic Latin"] == "A"
    printable = [one for name, one in letters.items() if name not in NEWER | WITHOUT_A_FONT]
    _printed({**SCRIPTS, "One of each block": " ".join(printable)})
    assert caplog.messages == []


def test_a_character_without_a_font_is_named_in_the_log_and_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    _printed({"Never letters": "Wobble \ufffe \U0001fffe"})
    (said,) = caplog.messages
    assert said == "2 characters were printed as boxes, no font has them: U+FFFE U+1FFFE"
