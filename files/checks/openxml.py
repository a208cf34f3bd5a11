"""DOCX and XLSX: archives of known shape, without macros, within limits (U-1, U-2)."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Problem

MOST_MEMBERS = 1_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
#: Below this size unpacked no ratio is suspicious: repetitive sheets shrink well.
RATIO_FROM = 10 * 1024 * 1024
CHUNK = 256 * 1024
_TYPES = "[Content_Types].xml"
_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = re.compile(r"(^|/)(vba(project|data)[^/]*|macrosheets/.*|activex/.*)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|rar|7z|jar|gz|exe|dll|js|vbs|bat|cmd|ps1|lnk|hta)$", re.IGNORECASE)
_REMOTE_TEMPLATE = re.compile(
    rb"<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*TargetMode=[\"']External)", re.IGNORECASE
)


def word_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a Word document."""
    yield from _problems(file, name, _WORD)


def excel_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with an Excel workbook."""
    yield from _problems(file, name, _EXCEL)


def _problems(file: BinaryIO, name: str, declared: bytes) -> Iterator[Problem]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            found = [*_of_members(members, name)]
            yield from found or _of_content(archive, name, declared)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError):
        yield _damaged(name)
    except (NotImplementedError, RuntimeError):
        # A compression that nobody uses here, or a member under a password.
        yield _odd(name)


def _of_members(members: list[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    """What the list of members tells, before anything is unpacked."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1))
    ):
        words = _("“%(name)s” unpacks to more than can be checked. Save it as PDF, or split it.")
        yield Problem("too_large", words % {"name": name}, "file")
    names = [member.filename for member in members]
    if any(map(holds_macros, names)):
        yield _macros(name)
    if len({one.casefold() for one in names}) < len(names) or any(map(_is_odd, members)):
        yield _odd(name)


def _is_odd(member: zipfile.ZipInfo) -> bool:
    path = member.filename
    return (
        bool(member.flag_bits & 0x1)
        or stat.S_ISLNK(member.external_attr >> 16)
        or path.startswith("/")
        or "\\" in path
        or "\x00" in member.orig_filename
        or ".." in path.split("/")
        or bool(_ARCHIVE.search(path))
    )


def _of_content(archive: zipfile.ZipFile, name: str, declared: bytes) -> Iterator[Problem]:
    """What the members hold: the declared main part, no macros, every checksum right."""
    with archive.open(_TYPES) as stream:
        types = stream.read(CHUNK)
    if b"macroEnabled" in types:
        yield _macros(name)
    elif _main_part(types, declared) not in archive.namelist():
        words = _("“%(name)s” is not what its ending says. Save it again in the right format.")
        yield Problem("mismatch", words % {"name": name}, "file")
    for member in archive.infolist():
        content = _read(archive, member)
        if member.filename.endswith(".rels") and _REMOTE_TEMPLATE.search(content):
            words = _("“%(name)s” loads a template from elsewhere. Save it as PDF.")
            yield Problem("active", words % {"name": name}, "file")


def _main_part(types: bytes, declared: bytes) -> str:
    """The member that is declared as the document itself; its name differs between programs."""
    for override in re.findall(rb"<Override\b[^>]*>", types):
        part = re.search(rb"PartName=[\"']/([^\"']+)[\"']", override)
        if part is not None and declared in override:
            return part[1].decode("utf-8", "replace")
    return ""


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack a member, comparing its checksum; only relationships are kept."""
    kept = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if member.filename.endswith(".rels") and len(kept) < MOST_RATIO * CHUNK:
                kept += chunk
    return kept


def holds_macros(member: str) -> bool:
    """Whether a member of that name holds macros or other programs of Office."""
    return bool(_MACROS.search(member))


def _macros(name: str) -> Problem:
    """The refusal of a file with macros."""
    words = _("“%(name)s” holds macros. Save it without macros, or as PDF.")
    return Problem("macros", words % {"name": name}, "file")


def _odd(name: str) -> Problem:
    words = _("“%(name)s” holds parts that cannot be checked. Save it again, or as PDF.")
    return Problem("odd", words % {"name": name}, "file")


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” cannot be opened: it is damaged, incomplete or has a password.")
    return Problem("damaged", words % {"name": name}, "file")
