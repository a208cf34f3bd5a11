"""Forms of management: assigning, vetting, invitation codes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, PortalForm, TextField
from reviews.selectors.management import assignable, types_by_invitation
from security_models.services.staff import REASONS_AT_LEAST
from security_models.states import VettingCheck, VettingResult
from security_profile.services.annual_review_closing import REASON_MAXIMUM
from trade_accounts.countries import country_choices


class AssignForm(PortalForm):
    """The specialist who looks after a partner."""

    staff = forms.ChoiceField(label=_("Specialist"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        field.choices = [(str(one.pk), one.name) for one in assignable()]


#: What each result does, shown in small text next to the choice.
VETTING_NOTES = {
    VettingResult.PASSED: _("Certifies the partner at once if the security profile is approved."),
    VettingResult.NOT_PASSED: _("The application stays open until it is repeated or refused."),
    VettingResult.PENDING: _("Leaves vetting undecided and takes back an earlier pass."),
}


class VettingForm(CreateForm):
    """A decision of the second gate."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[
            (VettingResult.PASSED, _("Passed")),
            (VettingResult.NOT_PASSED, _("Not passed")),
            (VettingResult.PENDING, _("To be repeated")),
        ],
        widget=forms.RadioSelect,
    )
    checklist = forms.MultipleChoiceField(
        label=_("What was checked"),
        choices=VettingCheck.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = TextField(
        label=_("Internal note"),
        help_text=_("Never shown to the partner."),
        max_length=4000,
        multiline=True,
        required=False,
    )


class NotAcceptForm(PortalForm):
    """The reasons for refusing an application."""

    reasons = TextField(
        label=_("Reasons"),
        help_text=_("The partner reads them in the portal. They are not in the email."),
        max_length=4000,
        min_length=REASONS_AT_LEAST,
        multiline=True,
    )


class ReasonForm(PortalForm):
    """Why an annual review was not done; ``seen`` is a fingerprint of the reason that was read."""

    stale_message = _(
        "Someone else recorded a reason while you were writing. Your text is kept below. "
        "Compare both, then save again."
    )
    reason = TextField(
        label=_("Reason or recommendation"),
        help_text=_(
            "Write what the specialist found out and recommends. Once the review counts as not "
            "done, the partner reads this among its earlier reviews."
        ),
        max_length=REASON_MAXIMUM,
        multiline=True,
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def put(self, seen: str) -> None:
        """After a conflict the writer has seen the other reason."""
        if self.stale is not None:
            self.data = {**dict(self.data.items()), "seen": seen}


class InvitationCodeForm(CreateForm):
    """A new invitation code."""

    business_type = forms.ChoiceField(label=_("Business type"))
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose")), *country_choices()]
    )
    note = TextField(
        label=_("Note"),
        help_text=_("A note for you about who the code is for. The company does not see it."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["business_type"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        field.choices = [("", _("Choose")), *((one.pk, one.name) for one in types_by_invitation())]
