"""Plain text: UTF-8 without control characters, and not another format under a harmless name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled

CHUNK = 64 * 1024
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OTHER = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<!doctype|<html|<svg|<\?xml|<head|<body|<script|<iframe|%pdf-|\{\\rtf)",
    re.IGNORECASE,
)


def problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a text file."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    first = True
    try:
        while chunk := file.read(CHUNK):
            if first and _OTHER.match(chunk):
                words = _(
                    "“%(name)s” contains markup, not plain text. Save it as plain text or PDF."
                )
                yield Problem("mismatch", filled(words, name=name), "file")
                return
            text = decoder.decode(chunk)
            if _CONTROLS.search(text):
                words = _(
                    "“%(name)s” contains characters that are not text. Save it as plain text."
                )
                yield Problem("mismatch", filled(words, name=name), "file")
                return
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        words = _("“%(name)s” is not UTF-8 text. Save it again with the encoding UTF-8.")
        yield Problem("encoding", filled(words, name=name), "file")
