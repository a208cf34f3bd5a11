"""What every form says of input that it cannot take."""

from __future__ import annotations

import pytest
from django import forms

from core.forms import PortalForm
from identity.passwords import PasswordField


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
