"""Joins printed parts into one PDF that is still tagged, outlined and numbered.

The first part gives metadata, language and fonts. The pages of the others follow with their tags
(structure tree and parent tree), their outline and the numbers of all pages. Links to places inside
the document would work only within a part; our templates have none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name, OutlineItem, PageLocation, Pdf

#: Level, title, page number (from 0), and the position on the page from the left and the bottom.
Line = tuple[int, str, int, float, float]


def page_count(paths: list[Path]) -> int:
    """How many pages the parts have together."""
    count = 0
    for path in paths:
        with Pdf.open(path) as part:
            count += len(part.pages)
    return count


def join(paths: list[Path], levels: list[list[int]], numbers: Path, out: Path) -> None:
    """Write the parts as one document; ``numbers`` has a page for each of their pages.

    ``levels`` contains the heading levels of each part, in order.
    """
    with Pdf.open(paths[0]) as whole:
        lines = list(_outline(whole, levels[0], 0))
        for path, own in zip(paths[1:], levels[1:], strict=True):
            with Pdf.open(path) as part:
                lines += _outline(part, own, len(whole.pages))
                _append(whole, part)
        _write_outline(whole, lines)
        with Pdf.open(numbers) as numbered:
            _number(whole, numbered)
        whole.save(out, deterministic_id=True)


def _append(whole: Pdf, part: Pdf) -> None:
    """Add the pages of a part, and its tags below the same document element.

    The keys of the part's parent tree continue where those of the whole end. Pages are copied
    first, so that what is copied later refers to them.
    """
    tree, more = whole.Root.StructTreeRoot, part.Root.StructTreeRoot
    offset = _next_key(tree)
    for page in part.pages:
        _shift(page.obj, "/StructParents", offset)
        for annotation in page.obj.get("/Annots", ()):
            _shift(annotation, "/StructParent", offset)
    whole.pages.extend(part.pages)
    copied = whole.copy_foreign(part.make_indirect(more))
    nums = tree.ParentTree.Nums
    for number, value in enumerate(copied.ParentTree.Nums):
        nums.append(value if number % 2 else int(value) + offset)
    document, left = _document(tree), _document(copied)
    for element in left.K:
        element.P = document
        document.K.append(element)
    ends = {left.objgen, document.objgen}
    for element in _tagged(copied):  # decorations name their parent without being its children
        _topmost(element, ends).P = document


def _tagged(tree: Any) -> Iterator[Any]:
    """The elements of all tagged pieces, page by page, and of annotations."""
    for value in list(tree.ParentTree.Nums)[1::2]:
        yield from value if isinstance(value, pikepdf.Array) else [value]


def _topmost(element: Any, ends: set[tuple[int, int]]) -> Any:
    """The ancestor of an element directly below one of ``ends``, or the element itself."""
    while element.P.objgen not in ends:
        element = element.P
    return element


def _next_key(tree: Any) -> int:
    return max((int(key) for key in list(tree.ParentTree.Nums)[::2]), default=-1) + 1


def _shift(holder: Any, name: str, offset: int) -> None:
    if name in holder:
        holder[name] = int(holder[name]) + offset


def _document(tree: Any) -> Any:
    """The one element below the root of the tags."""
    return tree.K[0] if isinstance(tree.K, pikepdf.Array) else tree.K


def _outline(part: Pdf, levels: list[int], before: int) -> Iterator[Line]:
    """The outline of a part as a flat list, counted after the pages before it."""
    pages = {page.obj.objgen: number for number, page in enumerate(part.pages)}
    with part.open_outline() as outline:
        found = list(_flat(outline.root, 1))
    for number, (depth, item) in enumerate(found):
        level = levels[number] if len(levels) == len(found) else depth
        place: Any = item.destination
        left, top = float(place[2]), float(place[3])
        yield level, item.title, pages[place[0].objgen] + before, left, top


def _flat(items: Any, depth: int) -> Iterator[tuple[int, Any]]:
    for item in items:
        yield depth, item
        yield from _flat(item.children, depth + 1)


def _write_outline(whole: Pdf, lines: list[Line]) -> None:
    """Put each heading below the nearest earlier heading of a higher rank."""
    with whole.open_outline() as outline:
        outline.root.clear()
        above: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
        for level, title, page, left, top in lines:
            item = OutlineItem(title, page, PageLocation.XYZ, left=left, top=top, zoom=0)
            while above[-1][0] >= level:
                above.pop()
            above[-1][1].append(item)
            above.append((level, item.children))


def _number(whole: Pdf, numbered: Pdf) -> None:
    """Put the number on each page as an artifact, so that screen readers skip it."""
    for count, (page, number) in enumerate(zip(whole.pages, numbered.pages, strict=True), 1):
        drawing = whole.copy_foreign(number.as_form_xobject())
        # Pages share their resources, so each number needs its own name.
        name = page.add_resource(drawing, Name.XObject, Name(f"/PageNumber{count}"))
        page.contents_add(whole.make_stream(b"q\n"), prepend=True)
        drawn = b"\nQ\n/Artifact <</Type /Pagination /Subtype /Footer>> BDC q %s Do Q EMC\n"
        page.contents_add(whole.make_stream(drawn % str(name).encode()))
