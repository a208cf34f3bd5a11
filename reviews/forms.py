"""Forms of the workspace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, PortalForm, TextField
from reviews.models import SNOOZE_REASON_MAXIMUM
from reviews.selectors.management import assignable, types_by_invitation
from security_models.services.staff import REASONS_AT_LEAST
from security_models.states import VettingCheck, VettingResult
from security_profile.states import Verdict
from trade_accounts.places import country_choices

COMMENT_MAXIMUM = 2000
ACCEPT, RETURN, UNDO, SAVE, INSERT = "accept", "return", "undo", "save", "insert"
ACTS = [(act, act) for act in (ACCEPT, RETURN, UNDO, SAVE, INSERT)]
VERDICTS = {ACCEPT: Verdict.ACCEPTED, RETURN: Verdict.RETURNED, UNDO: Verdict.TO_REVIEW}


class DecisionForm(PortalForm):
    """A decision on one criterion; which one, says the button that was pressed.

    ``version`` is that of the decision the writer had read (0: none), ``verdict`` what it said.
    """

    stale_message = _(
        "Somebody else decided this while you were reading. Nothing of yours was saved; compare "
        "both below."
    )
    own_stale_message = _(
        "You decided this in another window or tab. Nothing was saved here; compare both below."
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        choices=Verdict.choices, widget=forms.HiddenInput, initial=Verdict.TO_REVIEW
    )
    comment = TextField(
        label=_("Comment to partner"),
        max_length=COMMENT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    internal_note = TextField(
        label=_("Internal note"),
        max_length=COMMENT_MAXIMUM,
        multiline=True,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reason = forms.CharField(max_length=60, required=False)
    following = forms.RegexField(r"^[0-9.]{1,10}$", required=False, widget=forms.HiddenInput)
    act = forms.ChoiceField(
        choices=ACTS,
        widget=forms.HiddenInput,
        error_messages={"required": _("Press Accept, Return or Save.")},
    )

    @property
    def decision(self) -> dict[str, Any]:
        """What the service is called with, from the cleaned data."""
        act = self.cleaned_data["act"]
        return {
            "verdict": VERDICTS.get(act, self.cleaned_data["verdict"]),
            "comment": self.cleaned_data["comment"],
            "internal_note": self.cleaned_data["internal_note"],
            "version": self.cleaned_data["version"],
        }

    @property
    def wants_reason(self) -> bool:
        """Whether the button was *Insert*: nothing is saved, a saved reason joins the comment."""
        return self.is_bound and self.data.get("act") == INSERT

    def put(self, **values: Any) -> None:
        """Show other values than those posted: the text with a reason, the newest version."""
        self.data = {**dict(self.data.items()), **{k: str(v) for k, v in values.items()}}


class CompleteForm(PortalForm):
    """The confirmation that ends a review; ``seen`` is the fingerprint of what was shown."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stale_message = _(
        "A decision was changed while you read this page, by somebody else or by you in another "
        "window. Look at it again, then complete the "
        "review."
    )

    def put(self, seen: str) -> None:
        """Confirm what is shown now."""
        self.initial["seen"] = seen
        if self.is_bound:
            self.data = {**dict(self.data.items()), "seen": seen}


class SnoozeForm(PortalForm):
    """Until when an item stays out of the own queue, and why."""

    until = forms.DateField(
        label=_("Until"),
        help_text=_("The day on which it is back in your queue, for example 2026-11-30."),
        widget=forms.DateInput(),
    )
    reason = TextField(
        label=_("Reason"),
        help_text=_("Management and whoever stands in for you read it; the partner does not."),
        max_length=SNOOZE_REASON_MAXIMUM,
    )


class AssignForm(PortalForm):
    """Who looks after a partner."""

    staff = forms.ChoiceField(label=_("Specialist"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        field.choices = [(str(one.pk), one.name) for one in assignable()]


#: What each result does, in small words beside the choice.
VETTING_NOTES = {
    VettingResult.PASSED: _("Certifies at once if the security profile is approved."),
    VettingResult.NOT_PASSED: _("The application stays open until it is repeated or refused."),
    VettingResult.PENDING: _("Nothing is decided; an earlier pass is taken back."),
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
        help_text=_("The partner reads them in the portal. They are not in the mail."),
        max_length=4000,
        min_length=REASONS_AT_LEAST,
        multiline=True,
    )


class InvitationCodeForm(CreateForm):
    """A new invitation code."""

    business_type = forms.ChoiceField(label=_("Business type"))
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: [("", _("Choose")), *country_choices()]
    )
    note = TextField(
        label=_("Note"),
        help_text=_("For you: whom the code is for. The company does not see it."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["business_type"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        field.choices = [("", _("Choose")), *((one.pk, one.name) for one in types_by_invitation())]
