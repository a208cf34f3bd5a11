"""The helper that opens PDFs: ``python -m files.checks.pdf_child``, see ``pdf.py``.

Just opening a few hundred kilobytes can unpack to more memory than a machine has. The helper has no
settings, no database and no network.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core import bounded


def opened(path: Path) -> str:
    """``encrypted``, ``damaged``, or empty: it opens without a password and has pages."""
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return "" if len(document.pages) else "damaged"
    except pikepdf.PasswordError:
        return "encrypted"


def walked(path: Path) -> str:
    """What it may do besides being read (``pdf_walk.py``), or empty."""
    import pikepdf

    from files.checks import pdf_walk

    with pikepdf.open(path) as document:
        return pdf_walk.finds(document)


def freed(path: Path) -> str:
    """``copied`` if it was protected, with an unprotected copy next to it; or empty."""
    import pikepdf

    with pikepdf.open(path) as document:
        if not document.is_encrypted:
            return ""
        document.save(path.with_name("copy"), encryption=False)
    return "copied"


def load() -> None:
    """Load the libraries that every request needs."""
    import pikepdf  # noqa: F401

    from files.checks import pdf_walk  # noqa: F401


def work(job: dict[str, Any]) -> None:
    """Do what the parent requests, and write the answer."""
    answer = {"open": opened, "walk": walked, "free": freed}[job["do"]]
    path = Path(job["path"])
    path.with_name("answer").write_text(answer(path), encoding="utf-8")


if __name__ == "__main__":
    bounded.serve(load, work)
