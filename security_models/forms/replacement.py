"""The choice of who takes over from a person."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.ids import parse_id
from core.mailboxes import shown_address
from identity.models import User
from security_models.facts.replacement import AccountPlan
from security_models.forms.addresses import set_choices


class ReplacementForm(PortalForm):
    """A successor from the users of the accounts that the reader manages, and what else passes or
    ends.
    """

    successor = forms.ChoiceField(
        label=_("Successor"),
        help_text=_(
            "A user of any account that you manage. Where the person is not a user yet, we send an "
            "invitation."
        ),
        error_messages={"required": _("Choose the successor.")},
    )
    passes_type = forms.BooleanField(
        label=_("Where this person is Company Administrator, make the successor one, too"),
        required=False,
        initial=True,
    )
    removes = forms.BooleanField(
        label=_("Then remove this person from the users"),
        required=False,
        help_text=_("What the person did and signed stays in the history."),
    )

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        names = [
            (key, f"{one.name} ({shown_address(one.email)})") for key, one in self.people.items()
        ]
        words = _("This person can't take over. Choose another one from the list.")
        set_choices(self.fields["successor"], [("", _("Choose")), *names], words)

    def clean_successor(self) -> User:
        """The chosen person."""
        return self.people[self.cleaned_data["successor"]]


class ReplacementConfirmedForm(ReplacementForm):
    """The same after the preview; ``seen`` has the mark of each account that was shown."""

    seen = forms.CharField(max_length=100_000, widget=forms.HiddenInput)

    def clean_seen(self) -> dict[uuid.UUID, str]:
        """Trade account -> mark."""
        found = {}
        for part in self.cleaned_data["seen"].split(","):
            key, _colon, mark = part.partition(":")
            account = parse_id(key)
            if account is None:
                raise ValidationError(_("Reload the page and try again."), code="seen")
            found[account] = mark
        return found


def seen_of(plans: Iterable[AccountPlan]) -> str:
    """What the page shows, as the form carries it."""
    return ",".join(f"{one.account_id}:{one.mark}" for one in plans)
