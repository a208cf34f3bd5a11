"""Pages, presentations, tables and disguises, made by hand: no writer makes what is wrong here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from PIL import Image

from tests.files.corpus import archive

_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
_SLIDE = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"


def scan(pages: int = 3, compression: str = "group4", mode: str = "1") -> bytes:
    """A TIFF of several pages, as scanners write it."""
    buffer = io.BytesIO()
    first, *others = [Image.new(mode, (200, 280), n % 2) for n in range(pages)]
    first.save(buffer, "TIFF", save_all=True, append_images=others, compression=compression)
    return buffer.getvalue()


def tiff(
    pages: Sequence[dict[int, int]] = ({},),
    *,
    order: str = "<",
    next_of_last: int = 0,
    cut: int = 0,
) -> bytes:
    """A TIFF written field by field; each page may differ from one of 8 x 8 black pixels."""
    plain = {256: 8, 257: 8, 258: 1, 259: 1, 262: 0, 273: 8, 277: 1, 278: 8, 279: 8}
    made = (b"II*\x00" if order == "<" else b"MM\x00*") + bytes(4) + bytes(8)
    made = made[:4] + struct.pack(order + "I", len(made)) + made[8:]
    for number, changed in enumerate(pages, start=1):
        fields = {**plain, **changed}
        body = b"".join(struct.pack(order + "HHII", t, 4, 1, fields[t]) for t in sorted(fields))
        end = len(made) + 2 + len(body) + 4
        following = end if number < len(pages) else next_of_last
        made += struct.pack(order + "H", len(fields)) + body + struct.pack(order + "I", following)
    return made[: len(made) - cut]


def powerpoint(
    slide: str = "",
    relations: str = "",
    add: dict[str, bytes] | None = None,
    main: str = "presentation",
) -> bytes:
    """A presentation of one slide, with something in it or related to it."""
    relation = '<Relationship Id="{}" Type="' + _OFFICE + '{}" Target="{}"/>'
    root = relation.format("r1", "officeDocument", "ppt/presentation.xml")
    inner = relation.format("r1", "slide", "slides/slide1.xml")
    return archive(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{_PACKAGE}content-types">'
                '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                f'<Override PartName="/ppt/presentation.xml" ContentType="{_MAIN.format(main)}"/>'
                f'<Override PartName="/ppt/slides/slide1.xml" ContentType="{_SLIDE}"/></Types>'
            ).encode(),
            "_rels/.rels": _relations(root),
            "ppt/presentation.xml": b"<p:presentation xmlns:p='urn:p'/>",
            "ppt/_rels/presentation.xml.rels": _relations(inner),
            "ppt/slides/slide1.xml": (
                "<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><a:t>Gates</a:t>" + slide + "</p:sld>"
            ).encode(),
            "ppt/slides/_rels/slide1.xml.rels": _relations(relations),
            **(add or {}),
        }
    )


def related(kind: str, target: str, *, outside: bool = False) -> str:
    """One relationship of the slide."""
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r9" Type="{_OFFICE}{kind}" Target="{target}"{mode}/>'


def _relations(inside: str) -> bytes:
    return f'<Relationships xmlns="{_PACKAGE}relationships">{inside}</Relationships>'.encode()


def stored_first(source: bytes, member: str, content: bytes) -> bytes:
    """An archive with one more member in front, not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w") as new:
        new.writestr(member, content)
        for one in old.namelist():
            new.writestr(one, old.read(one), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def with_password(source: bytes) -> bytes:
    """An archive with members marked as encrypted, in both of their headers."""
    made = bytearray(source)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + place] |= 1
            at = made.find(mark, at + 4)
    return bytes(made)


def lying(source: bytes, size: int = 10) -> bytes:
    """An archive whose list says that its first member unpacks to a few bytes only."""
    made = bytearray(source)
    at = made.find(b"PK\x01\x02") + 24
    made[at : at + 4] = struct.pack("<I", size)
    return bytes(made)


def linked(source: bytes, member: str) -> bytes:
    """An archive with a symbolic link in it."""
    buffer = io.BytesIO(source)
    with zipfile.ZipFile(buffer, "a") as opened:
        link = zipfile.ZipInfo(member)
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def jpeg_with(comment: bytes) -> bytes:
    """A JPEG with a comment right after its beginning."""
    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(buffer, "JPEG")
    plain = buffer.getvalue()
    return plain[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + plain[2:]


def png_of(width: int, height: int) -> bytes:
    """A whole PNG with one bit for each pixel, all of them black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([1, 0, 0, 0, 0])
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(squeeze.compress(row) for _row in range(height)) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def photo(brand: bytes = b"heic") -> bytes:
    """The beginning of a photo as phones take it."""
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x00\x00mif1" + brand + bytes(200)


#: The beginning of documents of Office before 2007, and of all that have a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
