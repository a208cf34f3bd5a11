"""Forms of the queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.days import coming_example
from core.forms import ComingDateField, PortalForm, TextField
from reviews.models import SNOOZE_REASON_MAXIMUM


class SnoozeForm(PortalForm):
    """Until when an item is hidden from the user's own queue, and why."""

    until = ComingDateField(
        label=_("Until"),
        widget=forms.DateInput(),
    )
    reason = TextField(
        label=_("Reason"),
        help_text=_("Management and the person who covers for you can read it. The partner can't."),
        max_length=SNOOZE_REASON_MAXIMUM,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("The day it returns to your queue, for example %(day)s.")
        self.fields["until"].help_text = words % {"day": coming_example(clock.today())}
