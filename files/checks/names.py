"""Names of files: data for people, never a path (U-5)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem

LONGEST = 200
# Controls, invisible and bidirectional marks, lone surrogates, private and unassigned characters.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(name: str) -> str:
    """A name without path parts and without characters that cannot be shown or mislead; NFC."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in _UNSHOWN)
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def problems(name: str) -> Iterator[Problem]:
    """What is wrong with a cleaned name."""
    if not name.strip(". "):
        yield Problem("name", _("Give the file a name and choose it again."), "file")
    elif len(name) > LONGEST:
        words = _("Shorten the name of the file to %(number)s characters.") % {"number": LONGEST}
        yield Problem("name", words, "file")
