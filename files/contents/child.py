"""The helper that looks into files: ``python -m files.contents.child``, see ``inside.py``.

It has no settings, no database and no network. Everything it finds is written as soon as it is
there, so that what a limit ends is not lost.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core import bounded


def load() -> None:
    """Load the libraries that every request needs."""
    import openpyxl  # noqa: F401
    import PIL.Image  # noqa: F401
    import pypdfium2  # noqa: F401

    from files.contents import pictures, sheets, texts  # noqa: F401


def work(job: dict[str, Any]) -> None:
    """Write the text, then one picture after the other, and after each what there is so far; or
    the rows of a table.
    """
    from files.contents import pictures, sheets, texts

    path, folder = Path(job["path"]), Path(job["folder"])
    if job.get("table"):
        _write(folder, sheets.table_of(path, job["most_rows"], job["most_columns"]))
        return
    answer: dict[str, Any] = {"count": 0, "pages": [], "whole": True, "damaged": False}
    try:
        found = texts.text_of(path, job["type"], job["most_text"])
        (folder / "text").write_text(found.text, encoding="utf-8")
        answer["whole"] = found.is_whole
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a library that cannot read it; pictures may still be made
        answer["damaged"] = True
    _write(folder, answer)
    for picture in pictures.drawn(path, job["type"], folder, job["most_pages"]):
        answer["count"] = picture.count
        answer["pages"].append(asdict(picture))
        _write(folder, answer)


def _write(folder: Path, answer: dict[str, Any]) -> None:
    made = folder / "answer.new"
    made.write_text(json.dumps(answer), encoding="utf-8")
    made.replace(folder / "answer")


if __name__ == "__main__":
    bounded.serve(load, work)
