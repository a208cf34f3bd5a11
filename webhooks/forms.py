"""What Company Administrators type about a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, PortalForm, TextField, VersionedForm
from core.outside_addresses import LONGEST
from webhooks.models import NAME_LENGTH
from webhooks.providers import kinds


def _events() -> list[tuple[str, Any]]:
    return [(one.code, f"{one.words} ({one.code})") for one in kinds.values()]


class _EndpointForm(PortalForm):
    """Name, address and events."""

    name = TextField(
        max_length=NAME_LENGTH,
        label=_("Name"),
        help_text=_("For example the system that gets the events: Freight system, Laredo."),
    )
    url = TextField(
        max_length=LONGEST,
        label=_("Address (URL)"),
        help_text=_("It begins with https:// and can be reached from the internet."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), choices=_events, widget=forms.CheckboxSelectMultiple
    )


class AddEndpointForm(_EndpointForm, CreateForm):
    """A new webhook."""


class ChangeEndpointForm(_EndpointForm, VersionedForm):
    """A webhook that is there."""
