"""The forms of registration, sign-in and the Application Menu."""

from identity.forms.entry import (
    QUESTIONS,
    AuthenticatorForm,
    ChangePasswordForm,
    CodeField,
    CodeForm,
    LinkForm,
    NewPasswordForm,
    PhoneField,
    ProfileForm,
    QuestionsForm,
    RegisterForm,
    SignInForm,
    ThrottledForm,
)
from identity.forms.standing import ConfirmForm, DisableForm

__all__ = [
    "QUESTIONS",
    "AuthenticatorForm",
    "ChangePasswordForm",
    "CodeField",
    "CodeForm",
    "ConfirmForm",
    "DisableForm",
    "LinkForm",
    "NewPasswordForm",
    "PhoneField",
    "ProfileForm",
    "QuestionsForm",
    "RegisterForm",
    "SignInForm",
    "ThrottledForm",
]
