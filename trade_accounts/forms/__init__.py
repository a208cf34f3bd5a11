"""Forms of the organization profile."""

from trade_accounts.forms.addresses import AddressAddForm, AddressForm
from trade_accounts.forms.company import CompanyForm, ConfirmForm, NewCompanyForm
from trade_accounts.forms.keys import KeyForm
from trade_accounts.forms.people import InvitedForm, InviteForm, MemberForm

__all__ = [
    "AddressAddForm",
    "AddressForm",
    "CompanyForm",
    "ConfirmForm",
    "InviteForm",
    "InvitedForm",
    "KeyForm",
    "MemberForm",
    "NewCompanyForm",
]
