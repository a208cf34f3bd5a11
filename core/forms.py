"""The base of every form: cleaned input, kept text, refusals at their fields.

Input is cleaned with ``core.text.clean``. A form never uses the browser's own validation, so that
all words are ours.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Self, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxLengthValidator,
    MinLengthValidator,
    ProhibitNullCharactersValidator,
)
from django.forms.utils import pretty_name
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import clock
from core.days import coming_example, day, example_day
from core.drafts import sent_forms
from core.errors import Refused, Stale
from core.ids import new_id, parse_id
from core.line_limits import MostLines, most_lines
from core.text import clean, is_blank, most_typed, one_line, visible_length

R = TypeVar("R")


_LAST_YEAR = 2999


class VisibleLengthValidator(MinLengthValidator):
    """At least this many characters that a reader sees; a run of spaces counts once."""

    def clean(self, x: Sized) -> int:
        """The length that is compared with the limit."""
        return visible_length(str(x))


class ComingDateField(forms.DateField):
    """A day to come; its error names one as an example. Its midnight and the years after it must
    still be instants that Python knows, so the year is at most 2999.
    """

    def to_python(self, value: Any) -> dt.date | None:
        """The day. Raises ValidationError for what is none, or is too far away."""
        day: dt.date | None = super().to_python(value)
        if day is not None and day.year > _LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class TextField(forms.CharField):
    """One line (or several, with ``multiline=True``) of text; ``max_length`` is required.

    Any script is accepted. A text without anything to read is empty, and ``min_length`` counts what
    a reader sees (``core.text.visible_length``). The number of lines is limited
    (``core/line_limits.py``).
    """

    def __init__(
        self,
        *,
        max_length: int,
        min_length: int | None = None,
        multiline: bool = False,
        **kwargs: Any,
    ) -> None:
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        self.multiline = multiline
        super().__init__(max_length=max_length, **kwargs)
        # Letters of any script keep their direction and do not affect the text around them.
        self.widget.attrs.setdefault("dir", "auto")
        if min_length is not None:
            self.validators.append(VisibleLengthValidator(min_length))
        self.max_lines = most_lines(max_length) if multiline else None
        if self.max_lines:
            self.validators.append(MostLines(self.max_lines))

    def to_python(self, value: Any) -> str:
        """Cleaned text. Refuses NUL, which nobody types, and a line feed in a one-line text.

        Text that is far too long is refused by its length alone, because cleaning looks at each
        character.
        """
        text = str(value) if value not in self.empty_values else ""
        self._refuse_far_too_long(len(text.strip()))
        ProhibitNullCharactersValidator(
            message=self.error_messages.get("null_characters_not_allowed")
        )(text)
        text = clean(text) if self.multiline else one_line(text)
        text = "" if is_blank(text) else text.strip() if self.strip else text
        if not self.multiline and "\n" in text:
            raise ValidationError(_("Write this on one line."), code="line")
        return text

    def _refuse_far_too_long(self, length: int) -> None:
        if self.max_length is None or length <= most_typed(self.max_length):
            return
        raise ValidationError(
            self.error_messages.get("max_length", MaxLengthValidator.message),
            code="max_length",
            params={"limit_value": self.max_length, "show_value": length},
        )


# Django inserts its own values into these when the error is raised.
_FORMATTED_LATER = (
    "max_length",
    "max_lines",
    "min_length",
    "min_value",
    "max_value",
    "invalid_choice",
)
#: How a saved date is shown where it is typed: Nov 30, 2026, as everywhere.
AS_DAY = "%b %-d, %Y"
_CHOICE = (forms.ChoiceField, forms.ModelChoiceField)  # the multiple ones derive from these


@lru_cache(maxsize=1024)
def _own_words(
    label: str, kind: type[forms.Field], language: str, today: dt.date
) -> Mapping[str, str]:
    """Messages that name the field and say what to do, by Django's codes.

    Made once a day for each label, kind of field and language: a form that is posted asks for
    dozens.
    """
    words = {
        "required": _("Fill in “%(label)s”."),
        "max_length": _(
            "Shorten “%(label)s” to %%(limit_value)d characters; it has %%(show_value)d."
        ),
        "max_lines": _("Shorten “%(label)s” to %%(limit_value)d lines; it has %%(show_value)d."),
        "min_length": _(
            "Write at least %%(limit_value)d characters in “%(label)s”; it has %%(show_value)d."
        ),
        "min_value": _("Enter %%(limit_value)s or more in “%(label)s”."),
        "max_value": _("Enter %%(limit_value)s or less in “%(label)s”."),
        "null_characters_not_allowed": _("Remove the character U+0000 from “%(label)s”."),
    }
    if issubclass(kind, _CHOICE):
        words["required"] = _("Choose an option for “%(label)s”.")
        words["invalid_choice"] = words["required"]
    elif issubclass(kind, forms.BooleanField):
        words["required"] = _("Tick “%(label)s”.")
    elif issubclass(kind, forms.FileField):
        words |= dict.fromkeys(("required", "missing"), _("Choose a file for “%(label)s”."))
        words["empty"] = _("The file for “%(label)s” is empty. Choose another one.")
    elif issubclass(kind, forms.DateField):
        words["invalid"] = _("Enter “%(label)s” as a date, for example %(day)s.")
    elif issubclass(kind, forms.IntegerField):
        words["invalid"] = _("Enter “%(label)s” as a whole number.")
    elif issubclass(kind, forms.EmailField):
        words["invalid"] = _("Enter an email address, for example name@example.com.")
    twice = {code: label.replace("%", "%%") for code in _FORMATTED_LATER}
    example = coming_example(today) if issubclass(kind, ComingDateField) else example_day(today)
    return {
        code: str(text) % {"label": twice.get(code, label), "day": example}
        for code, text in words.items()
    }


def say_what_to_do(fields: Mapping[str, forms.Field]) -> None:
    """Replace Django's messages with ours, except where a form has its own."""
    language, today = get_language() or "", clock.today()
    for name, field in fields.items():
        label = str(field.label or pretty_name(name)).rstrip(":.")
        kind: Any = type(field)
        defaults = _defaults(kind)
        for code, text in _own_words(label, kind, language, today).items():
            given = field.error_messages.get(code)
            if given is None or any(given is one or given == one for one in defaults.get(code, ())):
                field.error_messages[code] = text


@cache
def _defaults(kind: type[forms.Field]) -> Mapping[str, list[Any]]:
    """What Django says of a kind of field, by its codes."""
    found: dict[str, list[Any]] = {}
    for cls in kind.mro():
        for code, text in cls.__dict__.get("default_error_messages", {}).items():
            found.setdefault(code, []).append(text)
    return found


class PortalForm(forms.Form):
    """The base of all forms.

    :meth:`of` binds a form to a request: to what was posted, or to what was kept when a session
    ended (shown, unsaved, with a notice), or to ``initial``. :meth:`run` calls a service and turns
    its refusals into errors at the fields.
    """

    required_css_class = "required"
    use_required_attribute = False
    kept = False
    done = False
    stale: Stale | None = None
    #: The person who fills in the form. A change they made in another window is described as their
    #: own.
    reader_id: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.widgets.Input):
                # A browser would cut pasted text silently; the server reports it.
                field.widget.attrs.pop("maxlength", None)
            if isinstance(field.widget, forms.DateInput):
                field.widget.format = AS_DAY
        if self.is_bound:
            say_what_to_do(self.fields)

    @classmethod
    def of(cls, request: HttpRequest, initial: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        """The form for this request."""
        reader_id = getattr(getattr(request, "access", None), "user_id", None)
        if request.method == "POST":
            sent = cls(request.POST, request.FILES or None, initial=initial, **kwargs)
            sent.reader_id = reader_id
            sent_forms(request).append(sent)
            return sent
        kept = getattr(request, "kept_post", None)
        typed = cls._typed(kept, kwargs.get("prefix")) if kept else {}
        form = cls(initial={**(initial or {}), **typed}, **kwargs)
        form.kept = kept is not None
        return form

    @classmethod
    def of_address(cls, request: HttpRequest, defaults: dict[str, str], **kwargs: Any) -> Self:
        """The form of a page whose state is in its address: what the address leaves out is taken
        from ``defaults``. An address that says nothing shows the page of the defaults.
        """
        given = {name: request.GET[name] for name in defaults if name in request.GET}
        return cls({**defaults, **given}, **kwargs)

    @classmethod
    def beside(
        cls, request: HttpRequest, initial: dict[str, Any] | None = None, **kwargs: Any
    ) -> Self:
        """The form as it was typed, neither checked nor saved, because the button did something
        else.
        """
        typed = cls._typed(request.POST, kwargs.get("prefix"))
        return cls(initial={**(initial or {}), **typed}, **kwargs)

    @classmethod
    def _typed(cls, kept: Any, prefix: str | None = None) -> dict[str, Any]:
        """Kept input as initial values: lists if the field takes several."""
        multiple = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
        sent = {name: f"{prefix}-{name}" if prefix else name for name in cls.base_fields}
        return {
            name: kept.getlist(sent[name]) if isinstance(field, multiple) else kept.get(sent[name])
            for name, field in cls.base_fields.items()
            if sent[name] in kept
        }

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Validate, call ``service`` with the cleaned data, and return its result.

        None if the input or the service refused: then the errors are on the form, and
        ``form.stale`` is set if someone else saved in between. Services return something other than
        None.
        """
        if not self.is_valid():
            return None
        try:
            result = service(self.cleaned_data)
            self.done = result is not None
            return result
        except Refused as refusal:
            self.add_refusal(refusal)
        except Stale as stale:
            self.stale = stale
            words = self.own_stale_message if self.is_own_change else self.stale_message
            self.add_error(None, ValidationError(words, code="stale"))
        return None

    def add_refusal(self, refusal: Refused) -> None:
        """Show each reason of a refusal at its field, or at the form as a whole."""
        for problem in refusal.problems:
            field = problem.field if problem.field in self.fields else None
            error = ValidationError(problem.message, code=problem.code)
            error.url = problem.url  # type: ignore[attr-defined]
            self.add_error(field, error)

    stale_message: Any = _(
        "Someone else, or you in another window, changed this while you were writing. Your "
        "text is safe below. Compare it with what is saved now, then save again."
    )
    own_stale_message: Any = _(
        "You changed this in another window or tab. Your text here is safe below. Compare it with "
        "what is saved now, then save again."
    )

    @property
    def is_own_change(self) -> bool:
        """Whether the reader saved the current state, in another window."""
        writer = self.stale.writer() if self.stale is not None else None
        return writer is not None and writer == self.reader_id

    def differences(self, saved: Mapping[str, Any]) -> list[Difference]:
        """After a conflict, the fields in which the typed text differs from the saved one."""
        found = []
        for field in self.visible_fields():
            mine = self.cleaned_data.get(field.name)
            theirs = saved.get(field.name)
            if field.name in saved and (mine or theirs) and mine != theirs:
                found.append(
                    Difference(field.label, _shown(field.field, mine), _shown(field.field, theirs))
                )
        return found

    @property
    def has_refusals(self) -> bool:
        """Whether something that was sent was refused or not checked at all."""
        return getattr(self, "_errors", None) is None or bool(self.errors)

    @property
    def status(self) -> int:
        """The HTTP status of the page with this form: 422 refused, 409 stale, otherwise 200."""
        if self.stale is not None:
            return 409
        return 422 if self.is_bound and self.errors else 200


class VersionedForm(PortalForm):
    """A form for a row with a version: the hidden field says which version the writer had read
    (P5).
    """

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Same as in every form; after a conflict the form has the current version.

        So saving again, with both texts in view, is a decision and not a second conflict.
        """
        result = super().run(service)
        version = getattr(self.stale.current, "version", None) if self.stale else None
        if version is not None:
            data: Any = self.data
            self.data = data = data.copy()
            data[self.add_prefix("version")] = str(version)
        return result


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: its label, what the writer typed, what is saved now."""

    label: Any
    mine: str
    theirs: str


def _shown(field: forms.Field, value: Any) -> str:
    """A value in words: the label of a choice; several are joined."""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(field, one) for one in value)
    if isinstance(value, dt.date):
        return day(value)
    choices = {str(key): words for key, words in getattr(field, "choices", ())}
    return str(choices.get(str(value), value)) if value not in (None, "") else ""


class CreateForm(PortalForm):
    """A form that makes a row. It carries the id of the new row, so that two clicks make
    one row.
    """

    form_key = forms.CharField(widget=forms.HiddenInput, initial=lambda: str(new_id()))

    def clean_form_key(self) -> uuid.UUID:
        """The id of the row to make."""
        key = parse_id(self.cleaned_data["form_key"])
        if key is None:
            raise ValidationError(_("Reload the page and try again."), code="form_key")
        return key
