"""The largest applications that the forms allow, without a database; they must be printable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from core.forms import TextField
from core.reference import rows_of
from security_profile.forms.profile import CriterionForm

FIELD: Any = CriterionForm.base_fields["text"]
assert isinstance(FIELD, TextField)

#: First letters of scripts that the world writes in, and of signs.
SCRIPTS = "AΑАאاक অกა가あ広ሀཀကᎠ€→•½"
_ACCENT = "\u0301"


def takes(text: str) -> bool:
    """Whether the form accepts that text as it is."""
    try:
        return bool(FIELD.clean(text) == text)
    except ValidationError:
        return False


def _accepted(characters: str) -> str:
    return "".join(one for one in dict.fromkeys(characters) if takes(f"a{one}a"))


def _full(pattern: str) -> str:
    """The pattern repeated up to the last character allowed."""
    text = (pattern * (FIELD.max_length // len(pattern) + 1))[: FIELD.max_length].strip()
    return text if len(text) == FIELD.max_length else text + "x" * (FIELD.max_length - len(text))


def _mixture() -> str:
    """Every character in another script than the one before."""
    runs = [_accepted("".join(map(chr, range(ord(one), ord(one) + 24)))) for one in SCRIPTS]
    longest = max(map(len, runs))
    return _full("".join(run[n] for n in range(longest) for run in runs if n < len(run)))


def _lines() -> str:
    """As many lines as allowed, all of one length."""
    line = FIELD.max_length // FIELD.max_lines - 1
    return "\n".join(["x" * line] * FIELD.max_lines)


def _empty_lines() -> str:
    """All line ends at once, then one word without an end."""
    ends = FIELD.max_lines - 1
    return "x" + "\n" * ends + "W" * (FIELD.max_length - ends - 1)


#: Name -> the text that is largest in that respect.
DIMENSIONS: dict[str, Callable[[], str]] = {
    "prose": lambda: _full("Our team checks every seal, signs the list & files it for a year. "),
    "lines": _lines,
    "empty lines": _empty_lines,
    "one wide word": lambda: _full("W"),
    "one letter a word": lambda: _full("i "),
    "signs that HTML escapes": lambda: _full("<&>\"'"),
    "every script": _mixture,
    # Extension B: its fonts are the largest, and each character adds a shape.
    "rare ideographs": lambda: "".join(chr(0x20000 + n) for n in range(FIELD.max_length)),
    "accents on one letter": lambda: "q" + _ACCENT * (FIELD.max_length - 1),
    "tabs": lambda: "x" + "\t" * (FIELD.max_length - 2) + "x",
}


def application(texts: list[str], criteria: int, *, files: int = 0) -> dict[str, Any]:
    """The content of an application with that many criteria, using the answers in turn."""
    rows = rows_of("msc", "criteria.csv")
    every = [
        _criterion(rows[n % len(rows)], n, texts[n % len(texts)], files) for n in range(criteria)
    ]
    categories = [
        {"number": n // 12 + 1, "name": f"Category {n // 12 + 1}", "criteria": every[n : n + 12]}
        for n in range(0, criteria, 12)
    ]
    return {
        "account": "Wobblestone Ceramics",
        "reference": "A-WBST01",
        "criteria_set": "MSC 2020 (paraphrased)",
        "company": {"organization": {"name": "Wobblestone Ceramics", "history": texts[0]}},
        "categories": categories,
    }


def _criterion(row: dict[str, str], number: int, text: str, files: int) -> dict[str, Any]:
    return {
        "code": f"{number // 12 + 1}.{number % 12 + 1}",
        "level": "must",
        "evidence_required": True,
        "applies_to": "Importer, Exporter, Highway carrier",
        "statement": row["statement"],
        "not_applicable": False,
        "reason": "",
        "text": text,
        "evidence": [
            {
                "title": "n" * 200,
                "name": f"{n}.pdf",
                "size": 10**6,
                "sha256": f"{number:032x}{n:032x}",
            }
            for n in range(files)
        ],
    }
