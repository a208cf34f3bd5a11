"""What to do with a file that is not accepted, by its name or by its first bytes (U-1)."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.text import filled

_PHOTO = _("“%(name)s” is a photo in a format that not every computer opens. Export it as JPG.")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = _(
    "“%(name)s” is protected with a password, or is an older Office file under a new name. "
    "Save it in the new format, without a password."
)
#: The brands of photos of phones, after the length and ``ftyp``.
_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")

_BY_ENDING: tuple[tuple[str, Any], ...] = (
    (".heic .heif .hif .avif", _PHOTO),
    (
        ".gif .bmp .webp .jfif .jp2 .ico .psd .raw .dng .cr2 .nef",
        _("“%(name)s” is a picture that we don't accept in this format. Save it as PNG or JPG."),
    ),
    (
        ".doc .dot .rtf .odt .wpd .wps",
        _("“%(name)s” is a text in a format that we don't accept. Save it as DOCX or PDF."),
    ),
    (
        ".xls .xlt .xlsb .ods .tsv .slk .dif",
        _("“%(name)s” is a table in a format that we don't accept. Save it as XLSX, CSV or PDF."),
    ),
    (
        ".ppt .pps .pot .ppsx .potx .odp",
        _("“%(name)s” is a presentation in a format that we don't accept. Save it as PPTX or PDF."),
    ),
    (
        ".docm .dotm .xlsm .xltm .xlam .pptm .ppsm .potm .ppam",
        _(
            "“%(name)s” can contain macros, which we don't accept. "
            "Save it as DOCX, XLSX, PPTX or PDF."
        ),
    ),
    (".dotx .xltx", _("“%(name)s” is a template. Save it as a document or workbook, or as PDF.")),
    (
        ".pages .numbers .key",
        _("“%(name)s” opens only in Apple's apps. In the app, export it as PDF."),
    ),
    (
        ".msg .eml .mbox .oft .mht",
        _("“%(name)s” is an email. Save its text as PDF, and its attachments one at a time."),
    ),
    (
        ".zip .rar .7z .tar .gz .tgz .bz2 .xz .cab .iso",
        _("“%(name)s” is an archive. Unpack it, and upload the files in it."),
    ),
    (
        ".htm .html .xhtml .xml .svg .url .webloc",
        _("“%(name)s” is a web page, a drawing or a link. Print what it shows to a PDF file."),
    ),
    (
        ".mp4 .mov .avi .mkv .wmv .webm .mp3 .m4a .wav",
        _("“%(name)s” is a video or a recording. Upload pictures of it, or describe it in a PDF."),
    ),
    (
        ".dwg .dxf .vsd .vsdx .pub .xps .oxps .mpp .one",
        _("“%(name)s” needs a special program to be opened. Print it to a PDF file."),
    ),
)
_WORDS = {ending: words for endings, words in _BY_ENDING for ending in endings.split()}


def by_ending(name: str) -> str:
    """What to do with a file with this name; empty if there is no special advice."""
    words = _WORDS.get(PurePosixPath(name).suffix.casefold())
    return filled(str(words), name=name) if words else ""


def by_content(head: bytes, name: str) -> str:
    """What to do with a file that begins like this, whatever its name; empty if nothing special."""
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return filled(str(_PHOTO), name=name)
    if head.startswith(_OLE):
        return filled(str(_LOCKED), name=name)
    return ""
