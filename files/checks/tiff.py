"""The pages of a TIFF as its directories describe them; nothing is decoded (U-2).

A TIFF is a chain of directories that can be longer than the file, point outside it, and describe
pictures of any size. Only the classic form is read; the form for files above 4 GB is refused.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_PAGES = 500
#: Fields of one page, and offsets of all pages together.
MOST_FIELDS = 500
MOST_OFFSETS = 200_000
#: Without compression, by fax, LZW, JPEG, Deflate and PackBits. Other ways need special readers.
_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 7, 8, 32946, 32773})
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
#: Type of a field -> letter of ``struct`` and bytes of one value; others are not needed here.
_NUMBERS = {1: ("B", 1), 3: ("H", 2), 4: ("I", 4)}
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES = 256, 257, 258, 259, 277
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
#: Where the data of a page begin and how long they are: in strips, or in tiles.
_STRIPS, _TILES = (273, 279), (324, 325)
_NEEDED = {
    _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT, *_STRIPS, *_TILES,
}  # fmt: skip


class Damaged(Exception):
    """The file is not a complete TIFF."""


class Unusual(Exception):
    """It is compressed in a way that many readers do not know."""


class TooMany(Exception):
    """It has more pages, fields or parts than are looked at."""


@dataclass(frozen=True)
class Page:
    """A page: its pixels (or those of one of its tiles, if that is larger), and the bytes that they
    need.
    """

    pixels: int
    unpacked: int


def pages(file: BinaryIO) -> Iterator[Page]:
    """Every page; raises Damaged, Unusual or TooMany."""
    size = file.seek(0, os.SEEK_END)
    head = _read(file, 0, 8)
    order = _ORDERS.get(head[:4])
    if order is None:
        raise Damaged("no classic TIFF")
    reader = _Reader(file, size, order)
    (at,) = struct.unpack(order + "I", head[4:])
    seen: set[int] = set()
    while at:
        if at in seen:
            raise Damaged("a chain without an end")
        seen.add(at)
        if len(seen) > MOST_PAGES:
            raise TooMany("pages")
        fields, at = reader.directory(at)
        yield _page(fields, size)
    if not seen:
        raise Damaged("no page")


def _page(fields: dict[int, tuple[int, ...]], size: int) -> Page:
    width, height = _one(fields, _WIDTH), _one(fields, _HEIGHT)
    begins, lengths = (fields.get(tag, ()) for tag in (_TILES if _TILES[0] in fields else _STRIPS))
    parts = list(zip(begins, lengths, strict=False))
    complete = len(begins) == len(lengths) and all(
        length and begin + length <= size for begin, length in parts
    )
    if not (width and height and parts and complete):
        raise Damaged("no size, or data outside the file")
    if _one(fields, _COMPRESSION, 1) not in _COMPRESSIONS:
        raise Unusual("compression")
    tile = _one(fields, _TILE_WIDTH) * _one(fields, _TILE_HEIGHT)
    pixels = max(width * height, tile)
    bits = max(fields.get(_BITS, (1,))) * max(1, _one(fields, _SAMPLES, 1))
    return Page(pixels, pixels * bits // 8)


def _one(fields: dict[int, tuple[int, ...]], tag: int, missing: int = 0) -> int:
    return next(iter(fields.get(tag, ())), missing)


def _read(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    data = file.read(length)
    if len(data) < length:
        raise Damaged("it ends too early")
    return data


class _Reader:
    """Reads directories of one file, within limits for all of them together."""

    def __init__(self, file: BinaryIO, size: int, order: str) -> None:
        self.file, self.size, self.order = file, size, order
        self.left = MOST_OFFSETS

    def directory(self, at: int) -> tuple[dict[int, tuple[int, ...]], int]:
        """The fields that matter here, and where the next directory is; 0 after the last."""
        (count,) = struct.unpack(self.order + "H", _read(self.file, at, 2))
        if count > MOST_FIELDS:
            raise TooMany("fields")
        data = _read(self.file, at + 2, count * 12 + 4)
        fields = {}
        for number in range(count):
            field = data[number * 12 : number * 12 + 12]
            tag, kind, many = struct.unpack(self.order + "HHI", field[:8])
            if tag in _NEEDED:
                fields[tag] = self._values(kind, many, field[8:])
        (following,) = struct.unpack(self.order + "I", data[-4:])
        return fields, following

    def _values(self, kind: int, many: int, inside: bytes) -> tuple[int, ...]:
        """The values of a field, which are in the directory itself if they are short."""
        if kind not in _NUMBERS:
            raise Damaged("not a number")
        self.left -= many
        if self.left < 0:
            raise TooMany("values")
        letter, length = _NUMBERS[kind]
        if many * length > len(inside):
            (at,) = struct.unpack(self.order + "I", inside)
            inside = _read(self.file, at, many * length)
        found: tuple[int, ...] = struct.unpack_from(f"{self.order}{many}{letter}", inside)
        return found
