"""The script counts the characters of a reason in the same way as the server (P2)."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from core.text import UNCOUNTED

SCRIPT = Path(settings.BASE_DIR) / "static" / "js" / "portal.js"


def _ranges(written: str) -> list[tuple[int, int]]:
    """First and last character of each range of a character class."""
    found = re.findall(r"(.)(?:-(.))?", written, re.S)
    return [(ord(first), ord(last or first)) for first, last in found]


def test_p2_what_the_server_does_not_count_the_script_does_not_count() -> None:
    script = SCRIPT.read_text(encoding="utf-8")
    parts = re.search(r"var UNCOUNTED = new RegExp\((.*?), \"gu\"\)", script, re.S)
    assert parts
    written = "".join(re.findall(r'"(.*?)"', parts[1])).strip("[]")
    written = re.sub(r"\\\\u\{([0-9a-f]+)\}", lambda one: chr(int(one[1], 16)), written)
    written = re.sub(r"\\\\u([0-9a-f]{4})", lambda one: chr(int(one[1], 16)), written)
    assert _ranges(written) == _ranges(UNCOUNTED)
