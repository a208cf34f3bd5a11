"""Links in uploaded files: which are accepted (ADR 13)."""

from __future__ import annotations

import re

_SAFE_SCHEMES = frozenset({"http", "https", "ftp", "mailto", "tel"})
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
#: A host and its port look like a scheme, but no scheme of a program has this form.
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+:[0-9]{1,5}([/?#]|$)")
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")


def is_plain_link(target: str) -> bool:
    """Whether a link opens a web page, an email or phone address, or a place in the same file.

    A program's own scheme, a file on the reader's computer and a server of the local network are
    not plain.
    """
    bare = _UNSEEN.sub("", target)
    if "\\" in bare or bare.startswith("/"):
        return False
    scheme = _scheme(bare)
    return not scheme or scheme in _SAFE_SCHEMES


def leads_outside(target: str) -> bool:
    """Whether a target lies outside the file, whatever the file says about it."""
    bare = _UNSEEN.sub("", target)
    return "\\" in bare or bare.startswith("//") or bool(_SCHEME.match(bare))


def _scheme(bare: str) -> str:
    """The scheme in lowercase, or empty."""
    found = _SCHEME.match(bare)
    return found[1].casefold() if found and not _HOST_AND_PORT.match(bare) else ""
