"""The form with which staff ask other staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField


class AskStaffForm(PortalForm):
    """A note for the people who are asked."""

    note = TextField(
        label=_("Note"),
        help_text=_("Optional. It's sent in the email. Name no security details."),
        max_length=500,
        multiline=True,
        required=False,
    )
