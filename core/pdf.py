"""Tagged PDF from a template, in the worker only; fetches nothing but our own static files.

WeasyPrint is imported when a document is made, so that it stays out of the web processes.
"""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

#: Fonts that the system keeps outside its fonts, by the name that the style sheet gives them.
SYSTEM_FONTS = {
    "system:DroidSansFallback.ttf": Path(
        "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf"
    ),
}

_KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")
_KOREAN_STYLE = '<link rel="stylesheet" href="static:css/pdf-korean.css">'

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher


class RenderingFailed(Exception):
    """A document asked for something outside the bundled files, or could not be laid out."""


def _fetcher() -> URLFetcher:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class StaticOnly(URLFetcher):
        """``static:NAME`` from the bundled files, a font of the system; all else is refused."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            font = SYSTEM_FONTS.get(url)
            if font is not None:
                return URLFetcherResponse(url, font.read_bytes(), {"Content-Type": "font/ttf"})
            name = unquote(url.removeprefix("static:")) if url.startswith("static:") else ""
            found = finders.find(name) if name else None
            if not isinstance(found, str):
                raise FatalURLFetchingError(f"refused: {url[:100]}")
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": kind})

    return StaticOnly()


def make_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a template of ``templates/`` to a tagged PDF (PDF/UA-1), the same bytes each time."""
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    html = str(render_to_string(template, context))
    if _KOREAN.search(html):  # a font of 4 MB that is read for those only who need it
        html = html.replace("</head>", f"{_KOREAN_STYLE}</head>", 1)
    if len(html) > settings.PDF_MAX_HTML:
        raise RenderingFailed("the document is too large")
    document = HTML(string=html, base_url="static:", url_fetcher=_fetcher())
    try:
        pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as refusal:  # no Exception, so that nothing else catches it
        raise RenderingFailed(str(refusal)) from refusal
    return pdf
