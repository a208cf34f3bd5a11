"""API keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, TextField


class KeyForm(CreateForm):
    """A new key."""

    name = TextField(
        max_length=80,
        label=_("What the key is for"),
        help_text=_("For example the program that will use it: Freight system, Laredo."),
        error_messages={"required": _("Say what the key is for.")},
    )
