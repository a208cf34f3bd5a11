"""How many lines a text may have: documents print every line, even a short one (U-11).

The limit follows from the limit of characters, so that a form needs no separate number.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: A text of full length may have lines with this many characters on average.
CHARACTERS_A_LINE = 20
_FEWEST = 10


def most_lines(max_length: int) -> int:
    """The lines that a text of at most ``max_length`` characters may have."""
    return max(_FEWEST, max_length // CHARACTERS_A_LINE)


def line_count(text: str) -> int:
    """The number of lines, including empty ones; 0 for an empty text."""
    return text.count("\n") + 1 if text else 0


class MostLines:
    """A validator of forms and of the API: refuses a text of more lines than ``limit``."""

    message = _("Shorten this to %(limit_value)d lines; it has %(show_value)d.")

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        """Raise ValidationError with the code ``max_lines``."""
        found = line_count(text)
        if found > self.limit:
            numbers = {"limit_value": self.limit, "show_value": found}
            raise ValidationError(self.message, code="max_lines", params=numbers)
