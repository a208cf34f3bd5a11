"""Request bodies: explicit fields, the text rules of the forms, and nothing else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.line_limits import MostLines, most_lines
from core.text import clean, is_blank, most_typed, one_line


class Text(serializers.CharField):
    """Text as in the forms: cleaned by ``core.text``; one line unless ``multiline``.

    The number of lines is limited, too (``core/line_limits.py``).
    """

    default_error_messages = {"line": _("Write this on one line.")}

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        self.most = max_length
        super().__init__(max_length=max_length, **kwargs)
        if multiline:
            self.validators.append(MostLines(most_lines(max_length)))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Clean first, so that the length of the stored text is counted."""
        # The serializer refuses in words what is not cleaned here: NUL, and text that is far too
        # long.
        if isinstance(data, str) and "\x00" not in data and self._is_near(data):
            data = clean(data) if self.multiline else one_line(data)
            data = "" if is_blank(data) else data
            if not self.multiline and "\n" in data.strip():
                self.fail("line")
        return super().run_validation(data)

    def _is_near(self, data: str) -> bool:
        """Whether the text could be short enough once it is cleaned; cleaning takes time."""
        return len(data.strip()) <= most_typed(self.most)


#: The kind of JSON value for each kind of field; the first that fits counts. A number is not text,
#: text is not a number, and true and false are themselves: nothing is guessed.
_KINDS: tuple[tuple[Any, tuple[type, ...], Any], ...] = (
    ((serializers.BooleanField,), (bool,), _("Send true or false.")),
    ((serializers.IntegerField,), (int,), _("Send a whole number.")),
    ((serializers.FloatField,), (int, float), _("Send a number.")),
    (
        (serializers.ListField, serializers.ListSerializer, serializers.MultipleChoiceField),
        (list,),
        _("Send a list."),
    ),
    ((serializers.DictField, serializers.Serializer), (dict,), _("Send an object.")),
    ((serializers.JSONField,), (object,), ""),
    ((serializers.Field,), (str,), _("Send text in quotes.")),
)


def _of_another_kind(fields: Any, data: dict[str, Any]) -> dict[str, list[Any]]:
    """The fields whose value is of another kind of JSON; each field handles null itself."""
    wrong = {}
    for name, value in data.items():
        _fields, kinds, words = next(one for one in _KINDS if isinstance(fields[name], one[0]))
        fits = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        if value is not None and not fits and object not in kinds:
            wrong[name] = [words]
    return wrong


class Body(serializers.Serializer[Any]):
    """What may be written. A field that is not declared is refused, never ignored."""

    def to_internal_value(self, data: Any) -> Any:
        """The declared fields. Refuses a body with other fields, or with values of another kind."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            words = _("This field does not exist or cannot be written.")
            raise serializers.ValidationError(
                {str(name)[:80]: [words] for name in sorted(unknown, key=str)}, code="unknown"
            )
        if isinstance(data, dict) and (wrong := _of_another_kind(self.fields, data)):
            raise serializers.ValidationError(wrong, code="invalid")
        return super().to_internal_value(data)
