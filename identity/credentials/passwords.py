"""Rules for a new password (U3): the validators that the settings name.

Cheap rules come first. Rules that run a slow hash for each comparison (``costly``) run only if all
cheap ones pass. Long passwords, spaces, all scripts and password managers are allowed.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.hashers import check_password, is_password_usable
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    get_default_password_validators,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Problem
from core.text import fold
from identity.credentials.security_answers import is_answer
from identity.models import PasswordRecord, SecurityQuestion, User

#: The number of earlier passwords that may not be used again.
HISTORY = 8
MIN_LENGTH = 8
MAX_LENGTH = 256
_SHORTEST_OWN_WORD = 4
_PORTAL_WORDS = ("partnerportal", "ctpat", "c-tpat")


class PasswordField(forms.CharField):
    """A password as typed: nothing is trimmed. It is normalized to NFC, so that two keyboards make
    the same one.
    """

    def __init__(self, *, new: bool = False, **kwargs: Any) -> None:
        filled_by = "new-password" if new else "current-password"
        # A refused form keeps what was typed, but not a password.
        widget = forms.PasswordInput(attrs={"autocomplete": filled_by})
        kwargs.setdefault("label", gettext_lazy("Password"))
        super().__init__(strip=False, max_length=MAX_LENGTH, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """The normalized password."""
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class CharacterClassValidator:
    """At least one uppercase and one lowercase letter, one digit and one special character."""

    special = gettext_lazy("one special character such as ! @ # $ %")
    classes = (
        (str.isupper, gettext_lazy("one uppercase letter")),
        (str.islower, gettext_lazy("one lowercase letter")),
        (str.isdigit, gettext_lazy("one digit")),
        (lambda c: not c.isalnum() and not c.isspace(), special),
    )

    def validate(self, password: str, user: User | None = None) -> None:
        """Name every kind that is missing, in one sentence."""
        missing = [str(words) for holds, words in self.classes if not any(map(holds, password))]
        if missing:
            listed = ", ".join(missing)
            raise ValidationError(
                _("Add at least %(missing)s."), code="classes", params={"missing": listed}
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("At least one uppercase letter, lowercase letter, digit and special character")


class OwnWordsValidator:
    """Refuses the person's name, their address and the portal's name, which a guesser
    tries first.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password that holds one of these words."""
        folded = fold(password)
        if any(word in folded for word in self._words(user)):
            raise ValidationError(
                _("Leave out your name, your email address and the name of the portal."),
                code="own_words",
            )

    def _words(self, user: User | None) -> Iterator[str]:
        yield from _PORTAL_WORDS
        if user is not None:
            typed = f"{user.first_name} {user.last_name} {user.email.rpartition('@')[0]}"
            parts = re.split(r"[^\w]+|_", fold(typed))
            yield from (part for part in parts if len(part) >= _SHORTEST_OWN_WORD)

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Without your name, your email address and the name of the portal")


class NotRecentValidator:
    """Refuses the eight newest passwords, the current one included (U3)."""

    costly = True

    def validate(self, password: str, user: User | None = None) -> None:
        """Compare with the stored hashes. The caller has locked the user."""
        if user is None or user._state.adding:
            return
        newest = PasswordRecord.objects.filter(user=user).order_by("-set_at", "-id")
        hashes = {user.password, *newest.values_list("password", flat=True)[:HISTORY]}
        if any(check_password(password, one) for one in hashes if is_password_usable(one)):
            raise ValidationError(
                _("Choose a password that is not one of your last 8."), code="recent"
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Not one of your last 8 passwords")


class NotAnAnswerValidator:
    """Refuses the answer to one of the person's security questions (U2)."""

    costly = True

    def validate(self, password: str, user: User | None = None) -> None:
        """Compare with the three hashes."""
        if user is None or user._state.adding:
            return
        hashes = SecurityQuestion.objects.filter(user=user).values_list("answer_hash", flat=True)
        if any(is_answer(password, one) for one in hashes):
            raise ValidationError(
                _("Choose a password that is not the answer to one of your security questions."),
                code="answer",
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Not the answer to one of your security questions")


def problems_of(password: str, user: User, *, field: str = "new_password") -> list[Problem]:
    """Everything that is wrong with a new password, each problem in words that say what to do."""
    validators = get_default_password_validators()
    cheap = [one for one in validators if not getattr(one, "costly", False)]
    costly = [one for one in validators if getattr(one, "costly", False)]
    return _refusals(cheap, password, user, field) or _refusals(costly, password, user, field)


#: Django's words say what is wrong; ours also say what to do.
_WORDS = {
    "password_too_short": gettext_lazy("Use at least 8 characters."),
    "password_too_common": gettext_lazy(
        "Choose a less common password. Attackers try this one first."
    ),
}


def _refusals(validators: Iterable[Any], password: str, user: User, field: str) -> list[Problem]:
    found: list[Problem] = []
    for validator in validators:
        try:
            validator.validate(password, user)
        except ValidationError as refusal:
            found += [
                Problem(error.code or "password", _WORDS.get(error.code or "", words), field)
                for error in refusal.error_list
                for words in error.messages
            ]
    return found


@dataclass(frozen=True)
class Rule:
    """One rule in words. ``met`` is None if nothing was checked, or if the rule is
    checked later.
    """

    words: str
    met: bool | None = None


def rules(password: str = "", user: User | None = None) -> list[Rule]:
    """The rules in words for the page that asks for a new password, with their state.

    Costly rules are not checked here; their words say when they are.
    """
    kinds = [
        (_("At least %(kind)s") % {"kind": words}, any(map(holds, password)))
        for holds, words in CharacterClassValidator.classes
    ]
    common = _("Not a commonly used password, such as “P@ssw0rd”, even if it meets the rules above")
    late = (NotRecentValidator(), NotAnAnswerValidator())
    cheap = [
        (
            _("At least 8 characters. Long passwords with spaces are welcome"),
            len(password) >= MIN_LENGTH,
        ),
        *kinds,
        (common, _holds(_common_passwords(), password, user)),
        (OwnWordsValidator().get_help_text(), _holds(OwnWordsValidator(), password, user)),
    ]
    return [
        *(Rule(words, met if password else None) for words, met in cheap),
        *(
            Rule(_("%(rule)s (checked when you send it)") % {"rule": one.get_help_text()})
            for one in late
        ),
    ]


@functools.cache
def _common_passwords() -> CommonPasswordValidator:
    """The list of common passwords, which is unpacked and read once: it holds 20,000."""
    return CommonPasswordValidator()


def _holds(validator: Any, password: str, user: User | None) -> bool:
    try:
        validator.validate(password, user)
    except ValidationError:
        return False
    return True
