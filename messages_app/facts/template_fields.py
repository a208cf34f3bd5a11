"""The fields of texts that are filled for each partner: ``{company}``, ``{reply_by}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

#: What each field becomes, in words.
FIELDS: Mapping[str, Any] = {
    "company": _("the name of the company"),
    "reference": _("the reference of the C-TPAT account"),
    "contact": _("the name of the Primary POC"),
    "specialist": _("the name of the specialist of the partner"),
    "reply_by": _("the last day to answer an inquiry"),
    "today": _("today's date"),
}
_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")


def unknown_in(text: str) -> list[str]:
    """What stands in braces in a text and is no field, each once."""
    return [name for name in dict.fromkeys(_FIELD.findall(text)) if name.strip() not in FIELDS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled. What a value contains is never filled again."""
    return _FIELD.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def listed_fields() -> str:
    """All fields as they are written."""
    return ", ".join(f"{{{name}}}" for name in FIELDS)
