"""Cuts the HTML of a long document into parts that are printed separately (U-11).

Templates mark the places where a part may end with :data:`MARK`. Text that people typed is escaped,
and the agreements' Markdown is cleaned, so neither can contain the mark. An ordinary document is
one part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = "<!-- part -->"

#: A part ends when its weight exceeds this: about 40 pages of dense text.
PART_WEIGHT = 100_000
#: The cost of a line in addition to its characters, in characters.
LINE_WEIGHT = 20

_PAGE = re.compile(r"(?s)(?P<head>.*<head\b.*?)(?P<body></head>.*?<body\b[^>]*>)(?P<rest>.*)")
_HEADING = re.compile(r"(?s)<h([1-6])\b[^>]*>(.*?)</h\1>")
_TAG = re.compile(r"<[^>]*>")

#: Pages are numbered once all parts exist and the number of pages is known.
_UNNUMBERED = "<style>@page { @bottom-right { content: none } }</style>"
#: Only the first page of the whole document has no line at the top.
_CONTINUED = "<style>@page :first { @top-left { content: string(subject) } }</style>"
_END = "</body></html>"


@dataclass(frozen=True)
class Part:
    """The HTML of one part, and the levels of its headings in order."""

    html: str
    levels: list[int]


def parts_of(html: str) -> list[Part]:
    """The parts of a document; one, unchanged, if it is short or has no marks."""
    page = _PAGE.fullmatch(html)
    pieces = html.split(MARK)
    if page is None or len(pieces) == 1 or weight(html) <= PART_WEIGHT:
        return [Part(html, _levels(html))]
    head, body = page["head"], page["body"]
    bodies = _packed(page["rest"].split(MARK))
    if len(bodies) == 1:
        return [Part(html, _levels(html))]
    found = []
    for number, piece in enumerate(bodies):
        style = _UNNUMBERED + (_CONTINUED if number else "")
        found.append(Part(f"{head}{style}{body}{piece}{_END}", _levels(piece)))
    return found


def weight(html: str) -> int:
    """The approximate cost of printing: characters, plus line ends.

    Spaces next to a tag are the layout of the template and cost nothing.
    """
    ended = "<".join(piece.rstrip() for piece in html.split("<"))
    flat = ">".join(piece.lstrip() for piece in ended.split(">"))
    return len(flat) + LINE_WEIGHT * flat.count("\n")


def numbers_page(html: str, pages: int) -> str:
    """A document with that many empty pages, which contain only their numbers."""
    page = _PAGE.fullmatch(html)
    assert page is not None  # noqa: S101 - it was cut by the same expression
    head = page["head"].replace(_UNNUMBERED, "").replace(_CONTINUED, "")
    style = (
        "<style>@page { @top-left { content: none } @bottom-left { content: none } }"
        " div + div { break-before: page }</style>"
    )
    return f"{head}{style}</head><body>{'<div></div>' * pages}{_END}"


def _packed(pieces: list[str]) -> list[str]:
    """As few bodies as the weight allows, without cutting a piece."""
    bodies: list[str] = []
    for piece in pieces:
        if bodies and weight(bodies[-1]) + weight(piece) <= PART_WEIGHT:
            bodies[-1] += piece
        else:
            bodies.append(piece)
    return bodies


def _levels(html: str) -> list[int]:
    """The levels of the headings that contain words; each of them is a line of the outline."""
    return [int(level) for level, words in _HEADING.findall(html) if _TAG.sub("", words).strip()]
