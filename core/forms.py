"""The shape of every form: cleaned input, kept text, refusals beside their fields.

Input is NFC, without control characters; line ends are ``\\n``. A form never uses the browser's
own validation, so that the words are ours.
"""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Callable
from typing import Any, Self, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, Stale
from core.ids import new_id, parse_id

R = TypeVar("R")

# Bidirectional overrides can make a text read differently from what it is.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_ALLOWED_CONTROLS = frozenset("\n\t")


def clean_text(value: str) -> str:
    """Normalize typed text; raises ValidationError for characters that cannot be kept."""
    text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    for character in text:
        if character in _ALLOWED_CONTROLS:
            continue
        if unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"} or character in _BIDI:
            raise ValidationError(
                _("Remove the character U+%(code)s: it cannot be shown or printed."),
                code="character",
                params={"code": f"{ord(character):04X}"},
            )
    return text


class TextField(forms.CharField):
    """One line (or several, with ``multiline=True``) of text; ``max_length`` is required."""

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        self.multiline = multiline
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value: Any) -> str:
        """Normalized text; a line feed in a one-line field is refused."""
        text = clean_text(super().to_python(value) or "")
        if not self.multiline and "\n" in text:
            raise ValidationError(_("Write this on one line."), code="line")
        return text


class PortalForm(forms.Form):
    """The base of all forms.

    :meth:`of` binds a form to a request: to what was posted, else to what was kept when a session
    ended (shown, unsaved, with a notice), else to ``initial``. :meth:`run` calls a service and
    turns its refusals into errors beside the fields.
    """

    required_css_class = "required"
    use_required_attribute = False
    kept = False
    stale: Stale | None = None

    @classmethod
    def of(cls, request: HttpRequest, initial: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        """The form for this request."""
        if request.method == "POST":
            return cls(request.POST, request.FILES or None, initial=initial, **kwargs)
        kept = getattr(request, "kept_post", None)
        form = cls(initial={**(initial or {}), **(cls._typed(kept) if kept else {})}, **kwargs)
        form.kept = kept is not None
        return form

    @classmethod
    def _typed(cls, kept: Any) -> dict[str, Any]:
        """Kept input as initial values: lists where the field takes several."""
        multiple = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
        return {
            name: kept.getlist(name) if isinstance(field, multiple) else kept.get(name)
            for name, field in cls.base_fields.items()
            if name in kept
        }

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Validate, call ``service`` with the cleaned data, and return its result.

        None when the input or the service refused: the errors are then on the form, and
        ``form.stale`` is set when somebody else saved in between. Services return something
        that is not None.
        """
        if not self.is_valid():
            return None
        try:
            return service(self.cleaned_data)
        except Refused as refusal:
            for problem in refusal.problems:
                field = problem.field if problem.field in self.fields else None
                self.add_error(field, ValidationError(problem.message, code=problem.code))
        except Stale as stale:
            self.stale = stale
            self.add_error(None, ValidationError(self.stale_message, code="stale"))
        return None

    stale_message: Any = _(
        "Somebody else changed this while you were writing. Your text is safe below. "
        "Compare it with what is saved now, then save again."
    )

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form: 422 refused, 409 stale, else 200."""
        if self.stale is not None:
            return 409
        return 422 if self.is_bound and self.errors else 200


class VersionedForm(PortalForm):
    """A form for a row with a version: the hidden field says what the writer had read (P5)."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CreateForm(PortalForm):
    """A form that makes a row: it carries the new row's id, so that pressing twice makes one."""

    form_key = forms.CharField(widget=forms.HiddenInput, initial=lambda: str(new_id()))

    def clean_form_key(self) -> uuid.UUID:
        """The id of the row to be made."""
        key = parse_id(self.cleaned_data["form_key"])
        if key is None:
            raise ValidationError(_("Reload the page and try again."), code="form_key")
        return key
