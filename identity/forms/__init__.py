"""The forms of registration, sign-in and the Application Menu."""

from identity.forms.asks import AskStaffForm
from identity.forms.disabled_people import ConfirmForm, DisableForm, OpenCaseForm
from identity.forms.entry import (
    QUESTIONS,
    AnswerField,
    AuthenticatorForm,
    ChangePasswordForm,
    CodeField,
    LinkForm,
    NewPasswordForm,
    PhoneField,
    ProfileForm,
    QuestionsForm,
    RegisterForm,
    SignInForm,
    ThrottledForm,
)
from identity.forms.factors import (
    FactorCodeField,
    PasskeyField,
    PasskeyForm,
    PasskeyInput,
    PasskeyNameField,
    RenamePasskeyForm,
)
from identity.forms.recovery import ForgottenForm

__all__ = [
    "QUESTIONS",
    "AnswerField",
    "AskStaffForm",
    "AuthenticatorForm",
    "ChangePasswordForm",
    "CodeField",
    "ConfirmForm",
    "DisableForm",
    "FactorCodeField",
    "ForgottenForm",
    "LinkForm",
    "NewPasswordForm",
    "OpenCaseForm",
    "PasskeyField",
    "PasskeyForm",
    "PasskeyInput",
    "PasskeyNameField",
    "PhoneField",
    "ProfileForm",
    "QuestionsForm",
    "RegisterForm",
    "RenamePasskeyForm",
    "SignInForm",
    "ThrottledForm",
]
