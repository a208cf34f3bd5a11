"""The forms of registration, sign-in and the Application Menu."""

from identity.forms.entry import (
    QUESTIONS,
    AnswerField,
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
from identity.forms.recovery import ForgottenForm
from identity.forms.standing import ConfirmForm, DisableForm

__all__ = [
    "QUESTIONS",
    "AnswerField",
    "AuthenticatorForm",
    "ChangePasswordForm",
    "CodeField",
    "CodeForm",
    "ConfirmForm",
    "DisableForm",
    "ForgottenForm",
    "LinkForm",
    "NewPasswordForm",
    "PhoneField",
    "ProfileForm",
    "QuestionsForm",
    "RegisterForm",
    "SignInForm",
    "ThrottledForm",
]
