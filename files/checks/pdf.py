"""PDF: it opens without a password and is whole; what may act when opened is found (U-1, U-8)."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
from django.utils.translation import gettext as _

from core.errors import Problem

TAIL = 2048
#: What opening a PDF may raise.
UNOPENABLE = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError)
MOST_OBJECTS = 500_000
#: Names in a PDF's objects that start something or carry another file along.
_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/RichMedia", "/GoToE"})
_KEYS = ("/JS", "/EmbeddedFiles", "/XFA")


def problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a PDF."""
    if not file.read(5).startswith(b"%PDF-") or b"%%EOF" not in _tail(file):
        yield _damaged(name)
        return
    file.seek(0)
    try:
        with pikepdf.open(file) as document:
            if len(document.pages) == 0:
                yield _damaged(name)
    except pikepdf.PasswordError:
        words = _("“%(name)s” is protected with a password. Save it without one.")
        yield Problem("encrypted", words % {"name": name}, "file")
        return
    except UNOPENABLE:
        yield _damaged(name)
        return
    file.seek(0)
    if zipfile.is_zipfile(file):
        words = _("“%(name)s” is a PDF and an archive at once. Print it to a new PDF.")
        yield Problem("mismatch", words % {"name": name}, "file")


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    return file.read(TAIL)


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” cannot be opened as a PDF: it is damaged or incomplete.")
    return Problem("damaged", words % {"name": name}, "file")


def acts_when_opened(file: BinaryIO) -> bool:
    """Whether a PDF holds scripts, actions or other files; true also when that cannot be told.

    Walks every object, so it runs in the worker, never while somebody waits for a page.
    """
    try:
        with pikepdf.open(file) as document:
            if len(document.objects) > MOST_OBJECTS:
                return True
            return any(_acts(one) for one in document.objects)
    except UNOPENABLE:
        return True


def _acts(value: Any, depth: int = 0) -> bool:
    """Whether one object, or one written inside it, is an action of a kind that is refused."""
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
    if isinstance(value, pikepdf.Array):
        return depth < 8 and any(_acts(one, depth + 1) for one in value if _inside(one))
    if not isinstance(value, pikepdf.Dictionary):
        return False
    if any(key in value for key in _KEYS) or str(value.get("/S", "")) in _ACTIONS:
        return True
    if str(value.get("/Type", "")) == "/Filespec" and "/EF" in value:
        return True
    return depth < 8 and any(_acts(one, depth + 1) for one in value.values() if _inside(one))


def _inside(value: Any) -> bool:
    """Whether a value is written inside its owner; others are walked on their own."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
