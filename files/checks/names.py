"""Names of files: data for people, never a path (U-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import is_blank, one_line

LONGEST = 200


#: Names of devices, which Windows takes for no file whatever follows after a dot.
_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)", re.IGNORECASE
)


def clean(name: str) -> str:
    """A name in any script, without path parts and invisible characters; one line, NFC.

    A name that Windows keeps for a device gets a line in front, as browsers do on saving it.
    """
    last = re.split(r"[/\\]", name)[-1]
    bare = " ".join(one_line(re.sub(r"[\r\n]", "", last)).split())
    return f"_{bare}" if _DEVICES.match(bare) else bare


def problems(name: str) -> Iterator[Problem]:
    """What is wrong with a cleaned name."""
    before_ending = name.rpartition(".")[0] if "." in name else name
    if is_blank(before_ending.strip(". ")):
        yield Problem("name", _("The file has no name. Give it one and choose it again."), "file")
    elif len(name) > LONGEST:
        words = _("Shorten the name of the file to %(number)s characters.") % {"number": LONGEST}
        yield Problem("name", words, "file")
