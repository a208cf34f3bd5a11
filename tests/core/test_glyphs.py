"""What a form takes can be printed, and nothing else is taken."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from core.forms import clean_text
from core.glyphs import printable
from devtools.glyphs import covered


def test_the_shipped_fonts_print_every_character_that_forms_take() -> None:
    assert {ord(one) for one in printable()} - {9, 10} <= covered()


@pytest.mark.parametrize(
    "text",
    [
        "Señor Muñoz, Québec",
        "“seals” – 100 %…",
        "• first\n▪ second",
        "Łódź, Kraków",
        "Ελλάδα",
        "Россия",
    ],
)
def test_the_scripts_of_partners_are_taken_as_they_are(text: str) -> None:
    assert clean_text(text) == text


def test_a_character_no_font_covers_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_text("Seal 封 checked 🙂")
    [words] = refused.value.messages
    assert "“封” (U+5C01)" in words and "“🙂” (U+1F642)" in words


def test_pasted_bullets_become_real_ones_and_unseen_characters_go() -> None:
    assert clean_text("\uf0b7 one\u200b two\u00ad three\ufeff") == "• one two three"
