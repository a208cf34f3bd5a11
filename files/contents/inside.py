"""Looks into a stored file: pictures of its pages, and its text, within limits (U-8, U-11)."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from core import bounded

LIMITS = bounded.Limits(cpu_seconds=45, memory_bytes=1024**3, wall_seconds=70)
#: Pages of a file that are drawn.
MOST_PAGES = 20
#: Characters of a file that are kept.
MOST_TEXT = 200_000

_CHILD = "files.contents.child"


@dataclass(frozen=True)
class Picture:
    """One page as PNG, with its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Inside:
    """What was found in a file. ``count`` is how many pages it has; ``problem`` is why there is
    less than there should be: a code, or empty.
    """

    pictures: tuple[Picture, ...] = ()
    count: int = 0
    text: str = ""
    is_whole: bool = True
    problem: str = ""


def look_inside(content: BinaryIO, content_type: str) -> Inside:
    """Draw the first pages of a file and read its text. Never raises because of the content."""
    with tempfile.TemporaryDirectory(prefix="portal-inside-") as name:
        folder = Path(name)
        path = folder / "file"
        content.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        job = {
            "path": str(path),
            "folder": name,
            "type": content_type.partition(";")[0],
            "most_pages": MOST_PAGES,
            "most_text": MOST_TEXT,
        }
        problem = ""
        try:
            bounded.run(_CHILD, job, LIMITS, Path(settings.BASE_DIR))
        except bounded.OutOfBounds:
            problem = "too_large"
        except bounded.ChildFailed:
            problem = "damaged"
        return _read(folder, problem)


def _read(folder: Path, problem: str) -> Inside:
    """What the child has written until it ended."""
    if not (folder / "answer").exists():
        return Inside(problem=problem or "damaged")
    answer = json.loads((folder / "answer").read_text(encoding="utf-8"))
    text = folder / "text"
    pictures = [
        Picture((folder / one["name"]).read_bytes(), one["width"], one["height"])
        for one in answer["pages"]
    ]
    return Inside(
        tuple(pictures),
        answer["count"],
        text.read_text(encoding="utf-8") if text.exists() else "",
        answer["whole"],
        problem or ("damaged" if answer["damaged"] and not pictures else ""),
    )
