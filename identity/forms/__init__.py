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

__all__ = [
    "QUESTIONS",
    "AuthenticatorForm",
    "ChangePasswordForm",
    "CodeField",
    "CodeForm",
    "LinkForm",
    "NewPasswordForm",
    "PhoneField",
    "ProfileForm",
    "QuestionsForm",
    "RegisterForm",
    "SignInForm",
    "ThrottledForm",
]
