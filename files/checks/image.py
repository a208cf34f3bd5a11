"""Pictures: they must open, be complete, and not be too large to draw (U-2)."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from core.errors import Problem
from core.text import filled
from files.checks import sniff, tiff

MOST_PIXELS = 50_000_000
#: Bytes of one page that is drawn: four for each pixel.
MOST_UNPACKED = 4 * MOST_PIXELS


def png_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a PNG: the checksum of every part is compared."""
    yield from _problems(file, name, lambda: _opened(file, name, "PNG"))


def jpeg_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a JPEG: it is decoded once, at a small size, to see that it is
    complete.
    """
    yield from _problems(file, name, lambda: _opened(file, name, "JPEG"))


def tiff_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a TIFF: all its pages are within the file, and none is too large."""
    yield from _problems(file, name, lambda: _leafed(file, name))


def _problems(
    file: BinaryIO, name: str, look: Callable[[], Iterator[Problem]]
) -> Iterator[Problem]:
    try:
        with warnings.catch_warnings():
            # Our own limit on pixels is below, with its message.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield from look()
    except Image.DecompressionBombError:
        yield _too_many_pixels(name)
    except (OSError, SyntaxError, ValueError, tiff.Damaged):
        yield _damaged(name)
    file.seek(0)
    if sniff.is_also_pdf(file.read(sniff.PDF_WITHIN)):
        words = _("“%(name)s” is both a picture and a PDF. Save the picture again.")
        yield Problem("mismatch", filled(words, name=name), "file")
    elif zipfile.is_zipfile(file):
        words = _("“%(name)s” is both a picture and an archive. Save the picture again.")
        yield Problem("mismatch", filled(words, name=name), "file")


def _opened(file: BinaryIO, name: str, wanted: str) -> Iterator[Problem]:
    with Image.open(file, formats=[wanted]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            yield _too_many_pixels(name)
        elif wanted == "PNG":
            picture.verify()
        else:
            # The layout library switches this on for its whole process.
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            picture.draft("RGB", (1, 1))
            picture.load()


def _leafed(file: BinaryIO, name: str) -> Iterator[Problem]:
    try:
        for page in tiff.pages(file):
            if page.pixels > MOST_PIXELS or page.unpacked > MOST_UNPACKED:
                yield _too_many_pixels(name)
                return
    except tiff.TooMany:
        words = _(
            "“%(name)s” has more than %(number)s pages or parts. Split it, or save it as PDF."
        )
        yield Problem("too_large", filled(words, name=name, number=tiff.MOST_PAGES), "file")
    except tiff.Unusual:
        words = _("“%(name)s” is compressed in an unusual way. Save it as PDF, PNG or JPG.")
        yield Problem("odd", filled(words, name=name), "file")


def _too_many_pixels(name: str) -> Problem:
    words = _("“%(name)s” has more than %(number)s million pixels. Make it smaller.")
    return Problem("too_large", filled(words, name=name, number=MOST_PIXELS // 1_000_000), "file")


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” can't be opened as a picture: it is damaged or incomplete.")
    return Problem("damaged", filled(words, name=name), "file")
