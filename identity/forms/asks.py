"""The form with which staff ask other staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField


class AskStaffForm(PortalForm):
    """A note for the people who are asked."""

    note = TextField(
        label=_("Note"),
        help_text=_("Optional. We include it in the email. Don't include security details."),
        max_length=500,
        multiline=True,
        required=False,
    )
