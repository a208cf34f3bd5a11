"""The process in which PDFs are opened: ``python -m files.checks.pdf_child``, see ``pdf.py``.

A few hundred kilobytes can unpack to more than a machine has memory, by opening alone. Knows no
settings, no database and no network.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core import bounded


def opened(path: Path) -> str:
    """``encrypted``, ``damaged``, or nothing: it opens without a password and has pages."""
    import pikepdf

    try:
        with pikepdf.open(path) as document:
            return "" if len(document.pages) else "damaged"
    except pikepdf.PasswordError:
        return "encrypted"


def walked(path: Path) -> str:
    """What it may do besides being read (``pdf_walk.py``), or nothing."""
    import pikepdf

    from files.checks import pdf_walk

    with pikepdf.open(path) as document:
        return pdf_walk.finds(document)


def freed(path: Path) -> str:
    """``copied`` when it was protected, with a copy without protection beside it; or nothing."""
    import pikepdf

    with pikepdf.open(path) as document:
        if not document.is_encrypted:
            return ""
        document.save(path.with_name("copy"), encryption=False)
    return "copied"


def main() -> int:
    """Do what the parent asks, and write the answer down."""
    job = bounded.order_of_parent()
    work = {"open": opened, "walk": walked, "free": freed}[job["do"]]
    path = Path(job["path"])
    try:
        path.with_name("answer").write_text(work(path), encoding="utf-8")
    except MemoryError:
        bounded.out_of_memory()
    return 0


if __name__ == "__main__":
    sys.exit(main())
