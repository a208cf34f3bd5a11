"""How many characters of a column a reader sees, as the database computes it."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Length, Trim

from core.text import BLANKS, UNCOUNTED


def visible_length_of(name: str) -> Length:
    """``core.text.visible_length`` of a column."""
    seen: Any = F(name)
    for pattern, instead in ((f"[{UNCOUNTED}]", ""), (f"[{BLANKS}]+", " ")):
        seen = Func(
            seen,
            Value(pattern),
            Value(instead),
            Value("g"),
            function="regexp_replace",
            output_field=TextField(),
        )
    return Length(Trim(seen))
