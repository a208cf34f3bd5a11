"""The forms of a person's preferences."""

from __future__ import annotations

import uuid
import zoneinfo
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.contributions import DatedAccount
from core.forms import CreateForm, PortalForm, TextField
from identity.models import CalendarFeed
from notifications.presentation.kind_words import SETTING, setting_of, topic_of
from notifications.providers.kinds import Kind
from notifications.selectors import EVERY_DIGEST


@lru_cache(maxsize=1)
def time_zones() -> tuple[str, ...]:
    """The time zones to choose from: those named for places, and UTC."""
    names = zoneinfo.available_timezones()
    places = {one for one in names if "/" in one and not one.startswith(("Etc/", "SystemV/"))}
    return tuple(sorted(places | {"UTC"}))


class ZoneField(TextField):
    """A time zone by name, chosen from a list or typed; case and spaces do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """The zone as the time zone database spells it."""
        typed = super().to_python(value).strip()
        if not typed:
            return typed
        wanted = typed.replace(" ", "_").casefold()
        for name in time_zones():
            if wanted in (name.casefold(), name.rpartition("/")[2].casefold()):
                return name
        words = _("Choose a zone from the list, for example America/Chicago or Tijuana.")
        raise ValidationError(words, code="time_zone")


class RegionForm(PortalForm):
    """Language and time zone. With only one language there is no choice of language."""

    language = forms.ChoiceField(label=_("Language"))
    time_zone = ZoneField(
        label=_("Time zone"),
        help_text=_("Type the name of a city, for example Chicago, and choose from the list."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) > 1:
            self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        else:
            del self.fields["language"]


_CHOOSE = _("Choose how this comes.")


class NotificationsForm(PortalForm):
    """The daily digest, and how the person wants each kind that leaves a choice."""

    digest = forms.BooleanField(
        label=_("Send me the daily digest"),
        help_text=_(
            "One email at 8:00 a.m. in your time zone with what you have not read. Without new "
            "notices there is no email. If it is off, what you choose for it below stays here."
        ),
        required=False,
    )

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        self.kinds = [one for one in kinds if len(one.ways) > 1]
        super().__init__(*args, **kwargs)
        for one in self.kinds:
            self.fields[setting_of(one)] = forms.ChoiceField(
                label=_(one.event),
                choices=[(way.value, way.label) for way in one.ways],
                widget=forms.RadioSelect,
                help_text=_("You can't switch this off.") if one.mandatory else "",
                error_messages=dict.fromkeys(("required", "invalid_choice"), _CHOOSE),
            )

    @classmethod
    def _typed(cls, kept: Any, prefix: str | None = None) -> dict[str, Any]:
        """What was chosen: the kinds are no fields of the class, and a box without a tick is not
        sent.
        """
        ways = {name: kept.get(name) for name in kept if name.startswith(SETTING)}
        return {**super()._typed(kept, prefix), **ways, "digest": "digest" in kept}

    @staticmethod
    def chosen(kinds: list[Kind], choices: Mapping[str, str]) -> dict[str, Any]:
        """The values of the form for what a person has chosen."""
        ways = {setting_of(one): one.way_for(choices.get(one.code, "")) for one in kinds}
        return {"digest": EVERY_DIGEST not in choices, **ways}

    def topics(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the kinds, by topic."""
        found: dict[str, list[forms.BoundField]] = {}
        for one in self.kinds:
            found.setdefault(topic_of(one.code), []).append(self[setting_of(one)])
        return list(found.items())

    @property
    def ways(self) -> dict[str, str]:
        """How each kind is wanted, as the services take it."""
        return {one.code: self.cleaned_data[setting_of(one)] for one in self.kinds}


class KeysForm(PortalForm):
    """Single-key shortcuts, and the search with Ctrl+K: on or off."""

    single_keys = forms.BooleanField(
        label=_("Use single-key shortcuts"),
        help_text=_("They never work while you type. Turn them off if you use speech input."),
        required=False,
    )
    palette = forms.BooleanField(
        label=_("Find accounts and pages with Ctrl+K (⌘ K on a Mac)"),
        help_text=_("Without it, the link Switch account opens the list of your accounts."),
        required=False,
    )


ALL, CHOSEN = "all", "chosen"


class CalendarContentForm(PortalForm):
    """What a calendar shows: the dates of all accounts or of chosen ones, with or without
    reminders. Someone with one account has no choice, unless the calendar has shown chosen ones.
    """

    scope = forms.ChoiceField(
        label=_("Whose due dates it shows"),
        choices=[(ALL, _("All accounts, also those that come later")), (CHOSEN, _("Only some"))],
        widget=forms.RadioSelect,
    )
    accounts = forms.TypedMultipleChoiceField(
        label=_("Accounts"),
        help_text=_("Select them if the calendar shows only some."),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reminds = forms.BooleanField(
        label=_("Remind me 7 days before each date"),
        help_text=_("Some calendar programs ignore reminders from calendars you subscribe to."),
        required=False,
    )

    def __init__(self, *args: Any, offered: Sequence[DatedAccount] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.security_model_id), one.words) for one in offered]
        self.fields["accounts"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 2 and self.initial.get("scope") != CHOSEN:
            del self.fields["scope"], self.fields["accounts"]

    @staticmethod
    def shown(feed: CalendarFeed | None) -> dict[str, Any]:
        """The values of the form for a calendar, or for a new one."""
        if feed is None:
            return {"scope": ALL}
        chosen = [str(one) for one in feed.accounts or ()]
        scope = ALL if feed.accounts is None else CHOSEN
        return {"scope": scope, "accounts": chosen, "reminds": feed.reminds}

    def clean(self) -> dict[str, Any]:
        """*Only some* names at least one."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("scope") == CHOSEN and "accounts" in given and not given["accounts"]:
            self.add_error("accounts", _("Choose at least one account."))
        return given

    @property
    def content(self) -> dict[str, Any]:
        """What the calendar shows, as the services take it."""
        chosen = self.cleaned_data.get("scope") == CHOSEN
        accounts = self.cleaned_data["accounts"] if chosen else None
        return {"reminds": self.cleaned_data["reminds"], "accounts": accounts}


class CalendarForm(CalendarContentForm, CreateForm):
    """A new calendar address, with what it shows."""
