"""The allowed formats of uploads (U-1). Everything else is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from core.errors import Problem
from files.checks import image, openxml, pdf, text, text_table

#: Opens the file and returns what is wrong with it; ``name`` is for the words.
Open = Callable[[BinaryIO, str], Iterator[Problem]]


@dataclass(frozen=True)
class Format:
    """A format: its file extensions, the types its content may look like, and how it is opened.

    ``looks_like`` are extensions as the sniffer reports them; empty for text, which has no
    signature.
    """

    label: str
    content_type: str
    endings: frozenset[str]
    looks_like: frozenset[str]
    opens: Open


FORMATS: tuple[Format, ...] = (
    Format("PDF", "application/pdf", frozenset({".pdf"}), frozenset({".pdf"}), pdf.problems),
    Format("PNG", "image/png", frozenset({".png"}), frozenset({".png"}), image.png_problems),
    Format(
        "JPG",
        "image/jpeg",
        frozenset({".jpg", ".jpeg"}),
        frozenset({".jpg", ".jpeg"}),
        image.jpeg_problems,
    ),
    Format(
        "TIFF",
        "image/tiff",
        frozenset({".tif", ".tiff"}),
        frozenset({".tif", ".tiff"}),
        image.tiff_problems,
    ),
    Format(
        "DOCX",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        frozenset({".docx"}),
        frozenset({".docx"}),
        openxml.word_problems,
    ),
    Format(
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        frozenset({".xlsx"}),
        frozenset({".xlsx"}),
        openxml.excel_problems,
    ),
    Format(
        "PPTX",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        frozenset({".pptx"}),
        frozenset({".pptx"}),
        openxml.powerpoint_problems,
    ),
    Format("CSV", "text/csv; charset=utf-8", frozenset({".csv"}), frozenset(), text_table.problems),
    Format("TXT", "text/plain; charset=utf-8", frozenset({".txt"}), frozenset(), text.problems),
)

#: The formats in words, for hints and refusals.
LABELS = ", ".join(one.label for one in FORMATS[:-1]) + " or " + FORMATS[-1].label

#: For the ``accept`` attribute of upload fields.
ACCEPT = ",".join(sorted(ending for one in FORMATS for ending in one.endings))


def format_of(name: str) -> Format | None:
    """The format of a name's last extension, if it is an allowed one."""
    ending = PurePosixPath(name).suffix.casefold()
    return next((one for one in FORMATS if ending in one.endings), None)
