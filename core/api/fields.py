"""Bodies: explicit fields, the same text rules as the forms, nothing else taken."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.lines import MostLines, most_lines
from core.text import clean, is_blank, one_line


class Text(serializers.CharField):
    """Text as in the forms: cleaned by ``core.text``; one line unless ``multiline``.

    Several lines are limited, too (``core/lines.py``).
    """

    default_error_messages = {"line": _("Write this on one line.")}

    def __init__(self, *, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        super().__init__(max_length=max_length, **kwargs)
        if multiline:
            self.validators.append(MostLines(most_lines(max_length)))

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Clean first, so that lengths are counted on what is kept."""
        if isinstance(data, str) and "\x00" not in data:  # the serializer refuses it in words
            data = clean(data) if self.multiline else one_line(data)
            data = "" if is_blank(data) else data
            if not self.multiline and "\n" in data.strip():
                self.fail("line")
        return super().run_validation(data)


class Body(serializers.Serializer[Any]):
    """What may be written. A field that is not declared is refused, never dropped in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """The declared fields; refuses a body that holds others."""
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        if unknown:
            words = _("This field does not exist or cannot be written.")
            raise serializers.ValidationError(
                {str(name)[:80]: [words] for name in sorted(unknown, key=str)}, code="unknown"
            )
        return super().to_internal_value(data)
