"""The type of a file by its first bytes; its name and what the browser says are only
claims (U-1).
"""

from __future__ import annotations

import re

import puremagic

HEAD = 8192
#: Programs that read PDF look for its beginning within so many bytes.
PDF_WITHIN = 1024
#: Before it, blanks and the mark of an encoding are harmless; anything else may be another format.
_PDF = re.compile(rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)?[\x00\t\n\x0c\r ]*%PDF-")


def looks_like(head: bytes) -> frozenset[str]:
    """The extensions of all types whose signature the first bytes have; empty if none."""
    if begins_as_pdf(head):
        return frozenset({".pdf"})
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return frozenset()
    return frozenset(match.extension.casefold() for match in matches)


def begins_as_pdf(head: bytes) -> bool:
    """Whether the first bytes are a PDF's, with nothing but blanks before them."""
    return bool(_PDF.match(head[:PDF_WITHIN]))


def is_also_pdf(head: bytes) -> bool:
    """Whether programs that read PDF would find one in a file of another format."""
    return b"%PDF-" in head[:PDF_WITHIN]
