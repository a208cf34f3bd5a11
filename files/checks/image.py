"""Pictures: they must open, be complete, and not be too large to draw (U-2)."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageFile

from core.errors import Problem
from core.text import filled

MOST_PIXELS = 50_000_000


def png_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a PNG: the checksum of every part is compared."""
    yield from _problems(file, name, "PNG")


def jpeg_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a JPEG: it is decoded once, at a small size, to see that it is
    complete.
    """
    yield from _problems(file, name, "JPEG")


def _problems(file: BinaryIO, name: str, wanted: str) -> Iterator[Problem]:
    try:
        with warnings.catch_warnings():
            # Our own limit on pixels is below, with its message.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield from _opened(file, name, wanted)
    except Image.DecompressionBombError:
        yield _too_many_pixels(name)
    except (OSError, SyntaxError, ValueError):
        yield _damaged(name)
    file.seek(0)
    if zipfile.is_zipfile(file):
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


def _too_many_pixels(name: str) -> Problem:
    words = _("“%(name)s” has more than %(number)s million pixels. Make it smaller.")
    return Problem("too_large", filled(words, name=name, number=MOST_PIXELS // 1_000_000), "file")


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” can't be opened as a picture: it is damaged or incomplete.")
    return Problem("damaged", filled(words, name=name), "file")
