"""The steps of a request: which accounts, what goes, why (screens 6.6)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import PortalForm, TextField, VersionedForm
from operations.models import NAME_LENGTH, REASON_LENGTH
from operations.services.deciding import DETAILED


class AccountForm(VersionedForm):
    """One account out of those that can be chosen; the page draws them as rows with radios."""

    account = forms.ChoiceField(label=gettext_lazy("Account"), widget=forms.RadioSelect)
    stale_message = gettext_lazy(
        "This draft was changed in another window or tab. Your choice here is still marked. Select "
        "Save/Next again if it is the right one."
    )
    own_stale_message = stale_message

    def offering(self, ids: Sequence[uuid.UUID]) -> AccountForm:
        """The same form with these accounts to choose from."""
        field: Any = self.fields["account"]
        field.choices = [(str(one), "") for one in ids]
        return self


class ReasonForm(VersionedForm):
    """Why this is asked for; the other company and management read it."""

    reason = TextField(
        label=gettext_lazy("Detailed reason"),
        max_length=REASON_LENGTH,
        min_length=DETAILED,
        multiline=True,
        help_text=gettext_lazy(
            "Say what has changed between the companies and since when. The Company Administrators "
            "of both accounts and C-TPAT management read this."
        ),
    )


class NameForm(VersionedForm):
    """The name of the account that a split founds."""

    new_name = TextField(
        label=gettext_lazy("Name of the new account"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("The legal name of the company that goes its own way."),
    )


class WhatForm(VersionedForm):
    """What the new account of a split gets."""

    model_ids = forms.MultipleChoiceField(
        label=gettext_lazy("C-TPAT accounts that go"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    address_ids = forms.MultipleChoiceField(
        label=gettext_lazy("Addresses that are copied"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Addresses that a chosen C-TPAT account uses are copied anyway."),
    )
    member_ids = forms.MultipleChoiceField(
        label=gettext_lazy("Users who also work in the new account"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "You, and the contacts of a chosen C-TPAT account, come along anyway."
        ),
    )

    def offering(self, **choices: Sequence[tuple[str, str]]) -> WhatForm:
        """The same form with what there is to choose; a field without any is left out."""
        for name, offered in choices.items():
            if not offered:
                del self.fields[name]
                continue
            field: Any = self.fields[name]
            field.choices = offered
        return self


class SendForm(PortalForm):
    """What was shown, so that nothing else is decided."""

    shown = forms.CharField(widget=forms.HiddenInput)

    def showing(self, shown: str) -> None:
        """After a refusal the page shows what would happen now, and the form names that."""
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("shown")] = shown


class WhyForm(PortalForm):
    """A reason for declining a request."""

    reason = TextField(label=gettext_lazy("Reason"), max_length=REASON_LENGTH, multiline=True)


class QuestionForm(PortalForm):
    """What management wants to know before it decides."""

    reason = TextField(
        label=gettext_lazy("What do you want to know?"),
        max_length=REASON_LENGTH,
        multiline=True,
        help_text=gettext_lazy("The requester answers. Both companies read the question."),
    )


class AnswerForm(PortalForm):
    """The answer to what management asks."""

    reason = TextField(
        label=gettext_lazy("Your answer to the question"),
        max_length=REASON_LENGTH,
        multiline=True,
        help_text=gettext_lazy("Management and both companies read it."),
    )


class ApproveForm(SendForm):
    """An approval, perhaps with a note that both companies read."""

    reason = TextField(
        label=gettext_lazy("Note to both companies"),
        max_length=REASON_LENGTH,
        multiline=True,
        required=False,
    )


class RecommendForm(PortalForm):
    """What a specialist recommends to management."""

    supports = forms.TypedChoiceField(
        label=gettext_lazy("What do you recommend?"),
        choices=[("yes", gettext_lazy("Approve")), ("no", gettext_lazy("Decline"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    text = TextField(
        label=gettext_lazy("Why"),
        max_length=REASON_LENGTH,
        multiline=True,
        help_text=gettext_lazy("Management reads this. Partners never see it."),
    )
