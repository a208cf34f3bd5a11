"""A3: documents print every script, and what is written to the left in its order."""

from __future__ import annotations

import copy
import io
import logging
import unicodedata
from typing import Any

import pdfplumber
import pikepdf
import pytest

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
    "Pictures": "🙂 🚢 ✓ ☑ ❖ ➢ ⚠",
}
#: In the order of their drawing; the letters of the others come out in that of their glyphs.
LEFT_TO_RIGHT = ("Chinese", "Japanese", "Korean", "Ethiopic", "Georgian", "Armenian", "Greek")


@pytest.fixture(scope="module")
def document() -> bytes:
    """All scripts in one document."""
    from django.conf import settings
    from django.test import override_settings

    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], settings.BASE_DIR / "tests/core/templates"]
    context: dict[str, Any] = {
        "scripts": SCRIPTS.items(),
        "name": "חברת אור (חיפה)",
        "number": "12345678",
        "doc_title": "Scripts",
    }
    warned = _Kept()
    logging.getLogger("weasyprint").addHandler(warned)
    try:
        with override_settings(TEMPLATES=templates):
            made = make_pdf("core_sample/scripts.html", context)
    finally:
        logging.getLogger("weasyprint").removeHandler(warned)
    assert [one for one in warned.words if ".notdef" in one] == []
    return made


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def _letters(text: str) -> set[str]:
    return {one for one in unicodedata.normalize("NFKD", text) if one.isalnum()}


def test_every_script_is_printed_without_a_box(document: bytes) -> None:
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
