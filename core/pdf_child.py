"""The helper that prints documents: ``python -m core.pdf_child``, see ``core/pdf.py``.

It has no settings, no database and no network. It gets HTML and the folders of the bundled files.
"""

from __future__ import annotations

import logging
import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from core import bounded

#: Fonts that the system stores outside its font folders, by their name in the style sheet.
SYSTEM_FONTS = {
    "system:DroidSansFallback.ttf": Path(
        "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf"
    ),
}
#: The note next to a part: the codes of the characters that were printed as boxes.
BOXES = ".boxes"


class _Boxes(logging.Handler):
    """Collects the characters for which WeasyPrint found no font."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if str(record.msg).startswith(".notdef") and isinstance(record.args, tuple):
            self.codes.add(ord(str(record.args[0])))


def print_part(html: str, folders: list[tuple[str, str]], out: Path, *, tagged: bool) -> None:
    """Lay out one part; tagged, it is PDF/UA-1. A note next to it names the characters without a
    font.
    """
    from weasyprint import HTML, LOGGER

    boxes = _Boxes()
    LOGGER.addHandler(boxes)
    document = HTML(string=html, base_url="static:", url_fetcher=_fetcher(folders))
    document.write_pdf(out, pdf_variant="pdf/ua-1" if tagged else None)
    out.with_suffix(BOXES).write_text(" ".join(map(str, sorted(boxes.codes))))


def join_parts(job: dict[str, Any], folders: list[tuple[str, str]], out: Path) -> None:
    """Number the pages of all parts and join them into one document."""
    from core import pdf_join, pdf_parts

    paths = [Path(path) for path in job["parts"]]
    numbers = out.with_name("numbers.pdf")
    page = pdf_parts.numbers_page(job["html"], pdf_join.page_count(paths))
    print_part(page, folders, numbers, tagged=False)
    pdf_join.join(paths, job["levels"], numbers, out)


def _fetcher(folders: list[tuple[str, str]]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class StaticOnly(URLFetcher):
        """Loads ``static:NAME`` from the bundled files, or a font of the system; all else is
        refused.
        """

        def fetch(self, url: str, headers: Any = None) -> Any:
            font = SYSTEM_FONTS.get(url)
            if font is not None:
                return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})
            name = unquote(url.removeprefix("static:")) if url.startswith("static:") else ""
            found = _bundled(name, folders)
            if found is None:
                raise FatalURLFetchingError(f"refused: {url[:100]}")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, found.read_bytes(), {"Content-Type": kind})

    return StaticOnly()


def _bundled(name: str, folders: list[tuple[str, str]]) -> Path | None:
    """The file with that name inside one of the folders, never outside."""
    for prefix, folder in folders:
        if not name or not name.startswith(prefix):
            continue
        base = Path(folder).resolve()
        path = (base / name.removeprefix(prefix)).resolve()
        if path.is_relative_to(base) and path.is_file():
            return path
    return None


def load() -> None:
    """What every document needs."""
    import pikepdf  # noqa: F401
    import weasyprint  # noqa: F401


def work(job: dict[str, Any]) -> None:
    """Print a part, or join parts. The last line of a traceback tells the parent the problem."""
    folders, out = [(prefix, folder) for prefix, folder in job["folders"]], Path(job["out"])
    if job["do"] == "join":
        join_parts(job, folders, out)
    else:
        print_part(job["html"], folders, out, tagged=True)


if __name__ == "__main__":
    bounded.serve(load, work)
