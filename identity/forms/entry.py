"""The forms of registration and sign-in, and the fields that they share."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.fields import PhoneField
from core.forms import PortalForm, TextField, VersionedForm
from identity.credentials.passwords import PasswordField
from identity.credentials.security_answers import COUNT
from identity.forms.address_field import AddressField
from identity.states import Salutation

#: Suggestions on the questions page. People may also write their own question (U2).
QUESTIONS = (
    _("What was the name of your first pet?"),
    _("What street did you live on when you were ten?"),
    _("What was the make of your first car?"),
    _("In what town did your parents meet?"),
    _("What was the last name of your favorite teacher?"),
    _("What was your nickname as a child?"),
    _("What was the first concert you went to?"),
    _("What was the title of the first book you loved?"),
)


class CodeField(forms.CharField):
    """The six digits of an authenticator app; spaces between them are ignored."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        kwargs.setdefault("label", _("Six-digit code"))
        kwargs.setdefault(
            "help_text", _("From your authenticator app. A new one appears every 30 seconds.")
        )
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> str:
        """Six digits."""
        digits = re.sub(r"\s", "", super().to_python(value) or "")
        if digits and not re.fullmatch(r"[0-9]{6}", digits):
            raise ValidationError(_("Enter the six digits that the app shows."), code="digits")
        return digits


class RegisterForm(PortalForm):
    """Starts a registration: asks only for the address."""

    email = AddressField(help_text=_("You sign in with it. We send a link to it."))


class LinkForm(PortalForm):
    """The button behind an emailed link. Opening the link changes nothing; the button does."""


class ProfileForm(VersionedForm):
    """The user profile, in the set-up and in the Application Menu (T6)."""

    salutation = forms.ChoiceField(
        choices=[("", _("Choose")), *Salutation.choices],
        label=_("Salutation"),
        widget=forms.Select(attrs={"autocomplete": "honorific-prefix"}),
    )
    first_name = TextField(
        max_length=80,
        label=_("First name"),
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = TextField(
        max_length=80,
        label=_("Last name"),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    title = TextField(
        max_length=120,
        label=_("Title"),
        help_text=_("Your position in the company, for example Compliance manager"),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    phone = PhoneField()


class AnswerField(TextField):
    """The answer to a security question (U2); ``credentials.security_answers`` compares it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)


class QuestionsForm(PortalForm):
    """Three questions and their answers (U2)."""

    question_1 = TextField(max_length=200, label=_("Question 1"))
    answer_1 = AnswerField(label=_("Answer 1"))
    question_2 = TextField(max_length=200, label=_("Question 2"))
    answer_2 = AnswerField(label=_("Answer 2"))
    question_3 = TextField(max_length=200, label=_("Question 3"))
    answer_3 = AnswerField(label=_("Answer 3"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, COUNT + 1):
            # The id under which the page holds the list of suggestions.
            self.fields[f"question_{number}"].widget.attrs["list"] = "suggested-questions"

    def pairs(self) -> list[tuple[str, str]]:
        """Questions with their answers."""
        typed = self.cleaned_data
        return [(typed[f"question_{n}"], typed[f"answer_{n}"]) for n in range(1, COUNT + 1)]


class NewPasswordForm(PortalForm):
    """A new password, typed twice because not every browser can show it.

    With scripts the server checks the rules while it is typed; only this field is sent for that.
    """

    new_password = PasswordField(new=True, label=_("New password"))
    repeat_password = PasswordField(new=True, label=_("Repeat the new password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].widget.attrs |= {
            "hx-post": reverse("identity:password-check"),
            "hx-trigger": "input changed delay:400ms",
            "hx-params": "new_password",
            "hx-target": "#password-rules",
            "hx-swap": "outerHTML",
            "hx-sync": "this:replace",
        }

    def clean(self) -> dict[str, Any]:
        """Both must be the same; the second is not passed on."""
        data = super().clean() or {}
        repeated = data.pop("repeat_password", None)
        if repeated is not None and data.get("new_password") not in (None, repeated):
            words = _("The two passwords differ. Type the same one as above.")
            self.add_error("repeat_password", ValidationError(words, code="differs"))
        return data


class ChangePasswordForm(NewPasswordForm):
    """The current password and a new one (U5)."""

    field_order = ("current_password", "new_password", "repeat_password")
    current_password = PasswordField(label=_("Current password"))


class ThrottledForm(PortalForm):
    """A form that proves who a person is. Answers 429 during the growing delay (U9)."""

    @property
    def status(self) -> int:
        """Same as for every form, except while the person must wait."""
        waits = any(error.code == "wait" for error in self.non_field_errors().as_data())
        return 429 if waits else super().status


class SignInForm(ThrottledForm):
    """Address and password."""

    email = AddressField(widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = PasswordField()


class AuthenticatorForm(ThrottledForm):
    """Confirms a new authenticator app. Asks for the password again if the sign-in was a
    while ago.
    """

    field_order = ("current_password", "code")
    current_password = PasswordField(label=_("Current password"))
    code = CodeField()

    def __init__(self, *args: Any, with_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_password:
            del self.fields["current_password"]
