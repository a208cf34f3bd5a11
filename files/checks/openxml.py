"""DOCX, XLSX and PPTX: archives of known structure within limits, without macros, other files, or
anything that acts (U-1, U-2, U-8).
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from files.checks import openxml_acts, sniff
from files.checks.openxml_parts import MOST_XML, Relation, main_part, relations_of, types_of
from files.checks.plain_xml import Budget, NotPlain

MOST_MEMBERS = 1_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
#: Below this unpacked size no ratio is suspicious: repetitive sheets compress well.
RATIO_FROM = 10 * 1024 * 1024
#: Elements of all parts together; a sheet has about two for each cell.
MOST_ELEMENTS = 1_000_000
CHUNK = 256 * 1024
_TYPES = "[Content_Types].xml"
_ROOT = "_rels/.rels"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_MACROS = re.compile(r"(^|/)(vba(project|data)[^/]*|macrosheets/.*|activex/.*)$", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|rar|7z|jar|gz|exe|dll|js|vbs|bat|cmd|ps1|lnk|hta)$", re.IGNORECASE)
#: The first bytes of what may hide under another name: OLE (macros, objects), archives, programs.
_MARKS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "active"),
    (b"PK\x03\x04", "odd"),
    (b"MZ\x90", "odd"),
    (b"\x7fELF", "odd"),
)


def word_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a Word document."""
    yield from _problems(file, name, _WORD)


def excel_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with an Excel workbook."""
    yield from _problems(file, name, _EXCEL)


def powerpoint_problems(file: BinaryIO, name: str) -> Iterator[Problem]:
    """What is wrong with a PowerPoint presentation."""
    yield from _problems(file, name, _POWERPOINT)


def _problems(file: BinaryIO, name: str, declared: str) -> Iterator[Problem]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            found = [*_of_members(members, name), *_of_both(file, members, name)]
            yield from found or _of_content(archive, name, declared)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, ValueError):
        yield _damaged(name)
    except (NotImplementedError, RuntimeError):
        # A compression that Office does not use, or a member with a password.
        yield _odd(name)


def _of_members(members: list[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    """What the list of members tells before anything is unpacked."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_UNPACKED
        or (unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1))
    ):
        yield _too_large(name)
    names = [member.filename for member in members]
    if any(map(holds_macros, names)):
        yield _macros(name)
    if len({one.casefold() for one in names}) < len(names) or any(map(_is_odd, members)):
        yield _odd(name)


def _of_both(file: BinaryIO, members: list[zipfile.ZipInfo], name: str) -> Iterator[Problem]:
    """Whether something else is in front of the first member: another archive, or a PDF."""
    if min((one.header_offset for one in members), default=0) > 0:
        yield _odd(name)
    file.seek(0)
    if sniff.is_also_pdf(file.read(sniff.PDF_WITHIN)):
        words = _("“%(name)s” is both an Office file and a PDF. Save it again.")
        yield Problem("mismatch", filled(words, name=name), "file")


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


def _of_content(archive: zipfile.ZipFile, name: str, declared: str) -> Iterator[Problem]:
    """What the members contain: the declared main part, no macros, nothing that acts; and whether
    every checksum is right.
    """
    relations: dict[str, list[Relation]] = {}
    hidden: set[str] = set()
    budget = Budget(MOST_ELEMENTS)
    try:
        types = types_of(_read(archive, _TYPES))
        for member in archive.namelist():
            if member.casefold().endswith(".rels"):
                relations[member.casefold()] = relations_of(_read(archive, member))
            elif member != _TYPES:
                hidden |= _of_part(archive, member, types.of(member), budget)
    except NotPlain:
        yield _odd(name)
        return
    every = [one for found in relations.values() for one in found]
    if types.hold_macros or any(one.is_macro for one in every):
        yield _macros(name)
    elif types.of(main_part(relations.get(_ROOT, []))).casefold() != declared.casefold():
        words = _(
            "“%(name)s” is not the kind of file its name says. Save it again in the right format."
        )
        yield Problem("mismatch", filled(words, name=name), "file")
    elif any(one.kind == "attachedtemplate" for one in every):
        words = _("“%(name)s” loads a template from elsewhere. Save it as PDF.")
        yield Problem("active", filled(words, name=name), "file")
    elif types.carry or any(one.carries for one in every) or "active" in hidden:
        words = _(
            "“%(name)s” contains or loads an embedded file, a control, or a link "
            "to a file on a computer. Save it as PDF."
        )
        yield Problem("active", filled(words, name=name), "file")
    else:
        yield from _of_hidden(hidden, name)


def _of_hidden(hidden: set[str], name: str) -> Iterator[Problem]:
    """The first of what was found inside the parts, the most dangerous first."""
    if "acts" in hidden:
        words = _(
            "“%(name)s” contains a field, formula or action that starts a program, loads something "
            "from elsewhere, or opens a file on a computer. Save it as PDF."
        )
        yield Problem("active", filled(words, name=name), "file")
    elif "too_large" in hidden:
        yield _too_large(name)
    elif "odd" in hidden:
        yield _odd(name)


def _read(archive: zipfile.ZipFile, member: str) -> bytes:
    """Unpack XML about parts and compare its checksum; of one that is too large, the beginning."""
    kept = b""
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            if len(kept) <= MOST_XML:
                kept += chunk
    return kept


def _of_part(archive: zipfile.ZipFile, member: str, declared: str, budget: Budget) -> set[str]:
    """What is found in one part; it is unpacked to its end, so that its checksum is compared."""
    with archive.open(member) as stream:
        first = stream.read(CHUNK)
        pieces = chain([first], iter(lambda: stream.read(CHUNK), b""))
        found = {kind for mark, kind in _MARKS if first.startswith(mark)}
        if openxml_acts.is_xml(first, declared):
            found |= openxml_acts.found_in(pieces, declared, budget)
        for _rest in pieces:
            pass
    return found


def holds_macros(member: str) -> bool:
    """Whether a member with that name contains macros or other Office programs."""
    return bool(_MACROS.search(member))


def _macros(name: str) -> Problem:
    """The refusal of a file with macros."""
    words = _("“%(name)s” contains macros. Save it without macros, or as PDF.")
    return Problem("macros", filled(words, name=name), "file")


def _too_large(name: str) -> Problem:
    words = _("“%(name)s” is too large to check once it is unpacked. Save it as PDF, or split it.")
    return Problem("too_large", filled(words, name=name), "file")


def _odd(name: str) -> Problem:
    words = _("“%(name)s” contains parts that can't be checked. Save it again, or as PDF.")
    return Problem("odd", filled(words, name=name), "file")


def _damaged(name: str) -> Problem:
    words = _("“%(name)s” can't be opened: it is damaged, incomplete or has a password.")
    return Problem("damaged", filled(words, name=name), "file")
