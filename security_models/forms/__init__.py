"""The forms of the company profile."""

from security_models.forms.addresses import AddressesForm
from security_models.forms.contacts import ContactsForm
from security_models.forms.eligibility import AnswerForm, ReopenForm, StartAgainForm, StartForm
from security_models.forms.identifiers import IdentifierForm
from security_models.forms.papers import EventsForm, PaperForm

__all__ = [
    "AddressesForm",
    "AnswerForm",
    "ContactsForm",
    "EventsForm",
    "IdentifierForm",
    "PaperForm",
    "ReopenForm",
    "StartAgainForm",
    "StartForm",
]
