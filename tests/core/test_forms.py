"""What every form says about input that it refuses."""

from __future__ import annotations

import pytest
from django import forms
from django.urls import resolve

from core.forms import PortalForm, TextField
from identity.credentials.passwords import PasswordField


class _Form(PortalForm):
    email = forms.EmailField(label="Email address", max_length=100)
    password = PasswordField(label="Password")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("email", "Remove the character U+0000 from “Email address”."),
        ("password", "Remove the character U+0000 from “Password”."),
    ],
)
def test_a_nul_character_is_refused_in_our_words(field: str, words: str) -> None:
    form = _Form({"email": "a@b.example", "password": "Aa1!aaaa", field: "a\x00b@b.example"})
    assert not form.is_valid()
    assert words in form.errors[field]


def test_words_are_those_of_the_label_the_kind_and_the_language_of_each_form() -> None:
    def refused(field: forms.Field) -> list[str]:
        form = type("Made", (PortalForm,), {"it": field})({"it": ""})
        return list(form.errors["it"])

    for _again in range(2):
        assert refused(forms.CharField(label="Port")) == ["Fill in “Port”."]
        assert refused(forms.CharField(label="Gate")) == ["Fill in “Gate”."]
        assert refused(forms.ChoiceField(label="Gate")) == ["Choose an option for “Gate”."]
    own = forms.CharField(label="Gate", error_messages={"required": "Name the gate."})
    assert refused(own) == ["Name the gate."]


class _Long(PortalForm):
    answer = TextField(label="Your answer", max_length=400, multiline=True, required=False)


def test_u11_a_text_has_as_many_lines_as_a_twentieth_of_its_characters() -> None:
    assert _Long({"answer": "\n".join(["x"] * 20)}).is_valid()
    form = _Long({"answer": "\r\n".join(["x"] * 21)})
    assert not form.is_valid()
    assert form.errors["answer"] == ["Shorten “Your answer” to 20 lines; it has 21."]
    assert form["answer"].value().count("x") == 21


def test_u11_lines_that_are_empty_count_except_at_the_end() -> None:
    assert _Long({"answer": "x" + "\n" * 30}).is_valid()
    assert not _Long({"answer": "x" + "\n" * 30 + "y"}).is_valid()


def _multiline() -> list[tuple[str, forms.Field]]:
    """Every field of several lines of all forms of the portal."""
    found, waiting = [], [PortalForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        for name, field in form.base_fields.items():
            if isinstance(field.widget, forms.Textarea) and getattr(field, "multiline", True):
                found.append((f"{form.__name__}.{name}", field))
    return found


def test_u11_every_field_of_several_lines_limits_them() -> None:
    resolve("/")  # loads all views, and with them all forms
    free = [name for name, field in _multiline() if not getattr(field, "max_lines", 0)]
    assert _multiline() and free == []


def test_what_is_pasted_is_never_cut_but_refused_whole() -> None:
    form = _Form()
    assert not any("maxlength" in str(form[name]) for name in form.fields)
    long = _Form({"email": "a" * 300 + "@b.example", "password": "Aa1!" * 300})
    assert not long.is_valid()
    assert (
        long.errors["password"] == ["Shorten “Password” to 256 characters; it has 1200."]
        and "email" in long.errors
    )
    assert "a" * 300 in str(long["email"])
