"""PDF: it opens without a password and is whole; what may act when opened is found (U-1, U-8).

One that may be read by anybody but not printed or changed is taken as it is: the reviewer can read
it. One that asks for a password before it opens is refused while it is uploaded (ADR 11).
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from django.utils.translation import gettext as _

from core.errors import Problem
from files.checks import pdf_walk

TAIL = 2048
#: What opening a PDF may raise.
UNOPENABLE = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError)


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
            return bool(pdf_walk.finds(document))
    except (*UNOPENABLE, KeyError, TypeError):
        return True


def readable_copy(file: BinaryIO) -> BinaryIO | None:
    """A copy without protection of a PDF that anybody may open but not print or change.

    None when it is not protected. A scanner that does not look into protected files looks into
    the copy; what is kept and served stays as it was received.
    """
    file.seek(0)
    try:
        with pikepdf.open(file) as document:
            if not document.is_encrypted:
                return None
            copy = io.BytesIO()
            document.save(copy, encryption=False)
    except UNOPENABLE:
        return None
    copy.seek(0)
    return copy
