"""Starting an application and answering the eligibility questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, PortalForm, VersionedForm
from security_models.forms.addresses import set_choices
from security_models.models import EligibilityQuestion
from security_models.states import ContactRole


class StartForm(CreateForm):
    """R2: the person who starts an application states their own role in the company."""

    role = forms.ChoiceField(
        label=_("Your role in the company"),
        choices=ContactRole.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your role in the company.")},
    )
    notes = {
        ContactRole.OFFICER.value: _(
            "You have authority to act for the company. You can sign and submit."
        ),
        ContactRole.EMPLOYEE.value: _("You work for the company. You can prepare everything."),
        ContactRole.CONSULTANT.value: _(
            "You advise the company from outside. You can prepare everything."
        ),
    }


class AnswerForm(VersionedForm):
    """One question with its answers, built from the reference data."""

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    stale_message = _(
        "Another contact, or you in another window, answered in the meantime. "
        "Look at the answers below, then answer again."
    )

    def __init__(
        self, *args: Any, question: EligibilityQuestion, words: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        field.label, field.help_text = words, question.help
        choices = [(value, label) for value, label in question.offered]
        set_choices(field, choices, _("Choose one of the answers."))
        field.error_messages["required"] = _("Choose one of the answers.")


class StartAgainForm(VersionedForm):
    """Begins the questions again; there is nothing to fill in."""


class ReopenForm(PortalForm):
    """Reopens a lapsed application; there is nothing to fill in."""
