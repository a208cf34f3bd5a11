"""What a PDF may do besides being read: files inside it, and actions (U-8, ADR 13).

Every object is checked, including those inside object streams and those that nothing refers to. The
number of objects, values and levels is limited. What cannot be checked counts as found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf

from files.checks.links import is_plain_link

MOST_OBJECTS = 300_000
MOST_VALUES = 3_000_000
DEEPEST = 60

#: Actions that run, load or send something. Actions that only turn pages or open a web page are
#: allowed.
_REFUSED_ACTIONS = frozenset(
    {
        "JavaScript",
        "Launch",
        "SubmitForm",
        "ImportData",
        "GoToR",
        "GoToE",
        "GoToDp",
        "Rendition",
        "Movie",
        "Sound",
        "RichMediaExecute",
        "GoTo3DView",
        "Thread",
    }
)
#: Keys of such an action, of another file, or of a form with a program in it.
_REFUSED_KEYS = frozenset(
    {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RF", "/AF", "/XFA", "/AA", "/Collection"}
)
_REFUSED_ANNOTATIONS = frozenset({"FileAttachment", "RichMedia", "Screen", "Movie", "Sound", "3D"})


def finds(document: pikepdf.Pdf) -> str:
    """The first unwanted thing found, by its name in the PDF; or empty."""
    objects = document.objects
    if len(objects) > MOST_OBJECTS:
        return "too many objects"
    left = [MOST_VALUES]
    opened = _opens_with(document.Root)
    return opened or next((found for one in objects for found in _in(one, 0, left)), "")


def _opens_with(root: Any) -> str:
    """What happens when the document is opened: it may only go to one of its own pages."""
    first = root.get("/OpenAction")
    if isinstance(first, pikepdf.Dictionary) and _name(first.get("/S", "")) != "GoTo":
        return "OpenAction"
    return ""


def _in(value: Any, depth: int, left: list[int]) -> Iterator[str]:
    """What is found in one value and in those written inside it; referenced objects are checked
    separately.
    """
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        yield "too much to look at"
        return
    if isinstance(value, pikepdf.Stream):
        value = value.stream_dict
        # Data stored elsewhere, or a page of another file.
        yield from (key[1:] for key in ("/F", "/Ref") if key in value)
    if isinstance(value, pikepdf.Dictionary):
        yield from _of_dictionary(value)
        for one in value.values():
            if _is_written_inside(one):
                yield from _in(one, depth + 1, left)
    elif isinstance(value, pikepdf.Array):
        left[0] -= len(value)
        for one in value:
            if _is_written_inside(one):
                yield from _in(one, depth + 1, left)


def _is_written_inside(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _of_dictionary(value: Any) -> Iterator[str]:
    keys = set(value.keys())
    yield from sorted(key[1:] for key in keys & _REFUSED_KEYS)
    if (action := _name(value.get("/S", ""))) in _REFUSED_ACTIONS:
        yield action
    if (kind := _name(value.get("/Subtype", ""))) in _REFUSED_ANNOTATIONS:
        yield kind
    if _name(value.get("/Type", "")) == "EmbeddedFile":
        yield "EmbeddedFile"
    if "/URI" in keys and not all(map(is_plain_link, _addresses(value))):
        yield "URI"


def _addresses(value: Any) -> Iterator[str]:
    """The address of a link, or the base of all links in the catalog."""
    found = value["/URI"]
    if isinstance(found, pikepdf.Dictionary):
        found = found.get("/Base", "")
    yield str(found)


def _name(value: Any) -> str:
    """A name without its slash; names written as strings count, too."""
    return str(value).removeprefix("/") if isinstance(value, str | pikepdf.Object) else ""
