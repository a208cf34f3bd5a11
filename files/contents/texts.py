"""Reads the text inside files, for the search and for files without pictures."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

#: Bytes of one text file, or characters of one cell, that are read at most.
_MOST_PIECE = 4 * 1024 * 1024
_WORD = "wordprocessingml"
_SHEET = "spreadsheetml"
_SLIDES = "presentationml"
_WORD_PARTS = re.compile(
    r"word/(document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml", re.IGNORECASE
)
_SLIDE_PARTS = re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml", re.IGNORECASE)
#: Elements after which a line ends, in Word and on slides.
_LINES = {"p", "br", "cr"}

#: Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_BROKEN = re.compile(f"(?<=[{_UNSPACED}])[ \t]*\n[ \t]*(?=[{_UNSPACED}])")
#: What pdfium writes for a hyphen at the end of a line.
_HYPHEN = re.compile("[\x02\ufffe\u00ad]\\s*\n?")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_EMPTY_LINES = re.compile(r"[ \t]*\n([ \t]*\n)+")


@dataclass(frozen=True)
class Text:
    """A text, and whether it is all that the file says."""

    text: str
    is_whole: bool


def text_of(path: Path, content_type: str, most: int) -> Text:
    """The text of a file, of at most so many characters; empty for a type without text."""
    reads = _reader(content_type)
    if reads is None:
        return Text("", is_whole=True)
    pieces, length = [], 0
    for piece in reads(path):
        pieces.append(piece)
        length += len(piece)
        if length > most:
            break
    text = clean("".join(pieces))
    return Text(text[:most], is_whole=length <= most)


def clean(text: str) -> str:
    """Text as people read it: words that a line end cut are whole again."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _HYPHEN.sub("", text)
    text = _BROKEN.sub("", _CONTROLS.sub("", text))
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _reader(content_type: str) -> Callable[[Path], Iterable[str]] | None:
    if content_type == "application/pdf":
        return _pdf
    if content_type.startswith("text/"):
        return _plain
    for part, reads in ((_WORD, _word), (_SHEET, _sheets), (_SLIDES, _slides)):
        if part in content_type:
            return reads
    return None


def _pdf(path: Path) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        yield text.get_text_bounded()
        yield "\n\n"
        text.close()
        page.close()


def _plain(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", errors="replace") as opened:
        yield opened.read(_MOST_PIECE)


def _word(path: Path) -> Iterator[str]:
    yield from _parts(path, _WORD_PARTS)


def _slides(path: Path) -> Iterator[str]:
    yield from _parts(path, _SLIDE_PARTS)


def _parts(path: Path, wanted: re.Pattern[str]) -> Iterator[str]:
    """The text of the parts of an Office file whose names match; the main part comes first."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if wanted.fullmatch(name)]
        for name in sorted(names, key=_in_order):
            with archive.open(name) as part:
                yield from _words(part)
            yield "\n"


def _in_order(name: str) -> tuple[bool, int, str]:
    number = re.search(r"\d+", name)
    return (not name.endswith("document.xml"), int(number.group()) if number else 0, name)


def _words(part: Any) -> Iterator[str]:
    """The text of one part. The upload has refused parts with entities (``plain_xml.py``)."""
    for _event, element in ElementTree.iterparse(part):  # noqa: S314
        name = element.tag.rpartition("}")[2]
        if name == "t" and element.text:
            yield element.text
        elif name == "tab":
            yield "\t"
        elif name in _LINES:
            yield "\n"
        if name == "p":
            element.clear()


def _sheets(path: Path) -> Iterator[str]:
    import openpyxl

    # By its content: the name of the copy has no extension.
    book = openpyxl.load_workbook(path.open("rb"), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield f"{sheet.title}\n"
        for row in sheet.iter_rows(values_only=True):
            cells = [str(value)[:_MOST_PIECE] for value in row if value is not None]
            if cells:
                yield "\t".join(cells) + "\n"
        yield "\n"
