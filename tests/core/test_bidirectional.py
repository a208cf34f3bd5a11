"""A3: letters that are written to the left cannot reorder the text around them."""

from __future__ import annotations

import pytest
from django.template import engines

from audit.providers.event_kinds import sentence
from core.text import clean, direction, filled, fold, isolate

HEBREW = "חברת אור"


def render(source: str, **context: object) -> str:
    """A template of the portal."""
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize(
    "sentence",
    [
        "{% blocktrans with who=name %}{{ who }} (12){% endblocktrans %}",
        "{% blocktrans %}{{ name }} (12){% endblocktrans %}",
        "{% blocktrans count n=1 with name=name %}{{ name }} (12){% plural %}x{% endblocktrans %}",
        "{% blocktranslate with who=name asvar s %}{{ who }} (12){% endblocktranslate %}{{ s }}",
        "{{ name|isolate }} (12)",
    ],
)
def test_a_name_in_a_sentence_keeps_its_direction_to_itself(sentence: str) -> None:
    source = "{% load i18n %}" + sentence
    assert render(source, name=HEBREW) == f"\u2068{HEBREW}\u2069 (12)"
    assert render(source, name="Acme") == "Acme (12)"


def test_values_of_sentences_are_escaped_as_ever() -> None:
    source = "{% load i18n %}{% blocktrans with who=name n=3 %}{{ who }} {{ n }}{% endblocktrans %}"
    assert render(source, name="<b>ש</b>") == "\u2068&lt;b&gt;ש&lt;/b&gt;\u2069 3"
    assert (
        render("{% load i18n %}{{ name|safe|isolate }}", name="<b>ש</b>") == "\u2068<b>ש</b>\u2069"
    )


def test_a_name_in_the_sentence_of_an_event_keeps_its_direction_to_itself() -> None:
    told = sentence("documents.added", {"title": HEBREW, "name": "12.pdf"})
    assert told == f"added the document “\u2068{HEBREW}\u2069” (12.pdf)"


@pytest.mark.parametrize(
    ("text", "way"),
    [("", "ltr"), ("12 שלום", "rtl"), ("Acme שלום", "ltr"), ("مرحبا Acme", "rtl"), ("营业", "ltr")],
)
def test_a_paragraph_begins_where_its_first_letter_does(text: str, way: str) -> None:
    assert direction(text) == way


def test_the_marks_that_isolate_are_for_showing_only() -> None:
    assert clean(isolate(HEBREW)) == HEBREW
    assert fold(isolate(HEBREW)) == fold(HEBREW)


def test_a_name_put_into_a_sentence_turns_nothing_around_it() -> None:
    words = filled("%(name)s (%(n)s)", name=HEBREW, n=12)
    assert words == f"{isolate(HEBREW)} (12)"
    assert filled("%(name)s (%(n)s)", name="Ana", n=12) == "Ana (12)"
