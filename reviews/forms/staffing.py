"""Forms of management: hand partners over, and record who is away."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.days import coming_example
from core.forms import ComingDateField, PortalForm
from core.ids import parse_id
from core.links import LONGEST_ADDRESS, is_inside
from reviews.selectors.management import load_words

#: Two ids and their separator, for each partner of one act.
CHOSEN_MAXIMUM = 500 * 80
NOBODY = "-"

Seen = Mapping[uuid.UUID, uuid.UUID | None]


def written(seen: Seen) -> str:
    """Chosen partners, each with the specialist that was shown, in the form of a hidden field."""
    return ",".join(f"{model}:{staff or NOBODY}" for model, staff in seen.items())


def read(text: str) -> Seen | None:
    """What :func:`written` wrote; None if it is something else."""
    seen: dict[uuid.UUID, uuid.UUID | None] = {}
    for pair in text.split(","):
        model, _colon, staff = pair.partition(":")
        pk, holder = parse_id(model), parse_id(staff)
        if pk is None or (holder is None and staff != NOBODY):
            return None
        seen[pk] = holder
    return seen


class AssignManyForm(PortalForm):
    """The specialist who looks after the chosen partners from now on."""

    staff = forms.ChoiceField(label=gettext_lazy("Specialist"), widget=forms.RadioSelect)
    chosen = forms.CharField(max_length=CHOSEN_MAXIMUM, widget=forms.HiddenInput)
    back = forms.CharField(max_length=LONGEST_ADDRESS, required=False, widget=forms.HiddenInput)
    notes: dict[str, str]

    def offering(self, people: Iterable[Any]) -> Self:
        """Offer the specialists who are not disabled, with their workload."""
        active = [one for one in people if not one.is_disabled]
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        field.choices = [(str(one.pk), one.name) for one in active]
        self.notes = {str(one.pk): load_words(one) for one in active}
        return self

    def clean_chosen(self) -> Seen:
        """The partners, with the specialists that were shown."""
        seen = read(self.cleaned_data["chosen"])
        if seen is None:
            raise ValidationError(_("Go back to the list and select the partners again."))
        return seen

    @property
    def list_url(self) -> str:
        """The list from which the partners were chosen."""
        wanted = str(self.data.get("back") or self.initial.get("back") or "")
        return wanted if is_inside(wanted) else ""


class AbsenceForm(PortalForm):
    """Until when a specialist is away, and who covers."""

    until = ComingDateField(
        label=gettext_lazy("Away until"),
        required=False,
        widget=forms.DateInput(),
    )
    cover = forms.ChoiceField(
        label=gettext_lazy("Covered by"),
        help_text=gettext_lazy(
            "This person looks after the partners until that day, sees their "
            "items in the queue and gets their emails. The partners stay "
            "assigned."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("The last day away, for example %(day)s. Leave it empty if they are back.")
        self.fields["until"].help_text = words % {"day": coming_example(clock.today())}

    def offering(self, people: Iterable[Any], person: Any) -> Self:
        """Offer everyone else who is available, and the person who covers now."""
        field = self.fields["cover"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (a hint to the type checker)
        others = [
            (str(one.pk), one.name)
            for one in people
            if one.pk != person.pk and not one.is_disabled and one.away_until is None
        ]
        field.choices = [("", gettext_lazy("Nobody")), *others]
        return self

    def clean_cover(self) -> uuid.UUID | None:
        """The id of the person who covers."""
        return parse_id(self.cleaned_data["cover"])
