"""Forms of the queue."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField
from reviews.models import SNOOZE_REASON_MAXIMUM


class SnoozeForm(PortalForm):
    """Until when an item is hidden from the user's own queue, and why."""

    until = forms.DateField(
        label=_("Until"),
        help_text=_("The day it returns to your queue, for example Nov 30, 2026."),
        widget=forms.DateInput(),
    )
    reason = TextField(
        label=_("Reason"),
        help_text=_("Management and the person who covers for you can read it. The partner can't."),
        max_length=SNOOZE_REASON_MAXIMUM,
    )
