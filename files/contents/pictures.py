"""Draws pages of PDF, and pictures, as PNG: nothing else of the file leaves this process (U-8)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

#: Pixels: wide enough to read a letter-size page, and the longest side of any page.
WIDTH, LONGEST = 1_100, 1_600
#: Of tiny pages, not more than this many pixels for each point.
MOST_SCALE = 4.0
#: A page of more bytes is kept with 256 colors.
HEAVY = 400_000
PDF = "application/pdf"


@dataclass(frozen=True)
class Drawn:
    """One picture: the name of its file, its size in pixels, and how many pages there are."""

    name: str
    width: int
    height: int
    count: int


def can_draw(content_type: str) -> bool:
    """Whether pages of files of this type are drawn."""
    return content_type == PDF or content_type.startswith("image/")


def drawn(path: Path, content_type: str, folder: Path, most: int) -> Iterator[Drawn]:
    """Draw up to ``most`` pages into the folder, one by one."""
    if content_type == PDF:
        yield from _pages(path, folder, most)
    elif can_draw(content_type):
        yield from _frames(path, folder, most)


def _pages(path: Path, folder: Path, most: int) -> Iterator[Drawn]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    count = len(document)
    for index in range(min(count, most)):
        page = document[index]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), LONGEST / max(height, 1), MOST_SCALE)
        picture = page.render(scale=scale).to_pil()
        yield _saved(picture, folder, index + 1, count)
        page.close()


def _frames(path: Path, folder: Path, most: int) -> Iterator[Drawn]:
    # The upload has refused what has more pixels than can be drawn here.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(path) as opened:
        count = getattr(opened, "n_frames", 1)
        for index in range(min(count, most)):
            if index:
                opened.seek(index)
            opened.draft("RGB", (LONGEST, LONGEST))
            yield _saved(_upright(opened), folder, index + 1, count)


def _upright(opened: Any) -> Image.Image:
    """The picture as a camera meant it, in colors that every browser shows."""
    picture: Any = opened
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    picture.thumbnail((LONGEST, LONGEST))
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in {"RGB", "L"}:
        return picture
    if picture.mode == "CMYK":
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _saved(picture: Image.Image, folder: Path, number: int, count: int) -> Drawn:
    content = _png(picture)
    if len(content) > HEAVY:
        content = _png(picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE))
    name = f"page-{number}"
    (folder / name).write_bytes(content)
    return Drawn(name, picture.width, picture.height, count)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
