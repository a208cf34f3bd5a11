"""Makes tagged PDFs from templates, only in the worker; loads nothing but our own static files.

Child processes with limits print a document (``core/bounded.py``), a long one in parts that are
joined (ADR 11). The layout library is never loaded into the portal's own processes.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from core import bounded
from core.pdf_child import BOXES
from core.pdf_parts import Part, parts_of

#: For one part: about ten times what the most expensive valid part takes on a slow core.
LIMITS = bounded.Limits(cpu_seconds=120, memory_bytes=1024**3, wall_seconds=240)
#: For joining all parts.
JOIN_LIMITS = bounded.Limits(cpu_seconds=240, memory_bytes=2 * 1024**3, wall_seconds=240)

_CHILD = "core.pdf_child"

log = logging.getLogger(__name__)
#: At most this many characters that were printed as boxes are named in the log.
_NAMED = 20

_KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")
_KOREAN_STYLE = '<link rel="stylesheet" href="static:css/pdf-korean.css">'


class RenderingFailed(Exception):
    """A document requested something outside the bundled files, or could not be laid out."""


def make_pdf(
    template: str, context: dict[str, Any], *, progress: Callable[[], object] | None = None
) -> bytes:
    """Render a template of ``templates/`` to a tagged PDF (PDF/UA-1); the same bytes each time.

    ``progress`` is called before each part, so that a caller's lease covers at least one part.
    """
    html = str(render_to_string(template, context))
    if _KOREAN.search(html):  # a font of 4 MB that is read for those only who need it
        html = html.replace("</head>", f"{_KOREAN_STYLE}</head>", 1)
    parts = parts_of(html)
    with tempfile.TemporaryDirectory(prefix="portal-pdf-") as name:
        folder = Path(name)
        printed = []
        for number, part in enumerate(parts):
            if progress is not None:
                progress()
            path = folder / f"{number}.pdf"
            _child({"do": "print", "html": part.html, "out": str(path)}, LIMITS)
            printed.append(path)
        _name_boxes(printed)
        if len(printed) == 1:
            return printed[0].read_bytes()
        if progress is not None:
            progress()
        return _joined(printed, parts, folder / "whole.pdf")


def _name_boxes(printed: list[Path]) -> None:
    """Log the characters for which no system font has a shape, and nothing else of the text."""
    notes = [path.with_suffix(BOXES).read_text().split() for path in printed]
    codes = sorted({int(code) for note in notes for code in note})
    if codes:
        names = " ".join(f"U+{code:04X}" for code in codes[:_NAMED])
        log.warning("%d characters were printed as boxes, no font has them: %s", len(codes), names)


def _joined(printed: list[Path], parts: list[Part], out: Path) -> bytes:
    job = {
        "do": "join",
        "parts": [str(path) for path in printed],
        "levels": [part.levels for part in parts],
        "html": parts[0].html,
        "out": str(out),
    }
    _child(job, JOIN_LIMITS)
    return out.read_bytes()


def _child(job: dict[str, Any], limits: bounded.Limits) -> None:
    try:
        bounded.run(_CHILD, {**job, "folders": _folders()}, limits, Path(settings.BASE_DIR))
    except (bounded.OutOfBounds, bounded.ChildFailed) as problem:
        raise RenderingFailed(str(problem)) from problem


def _folders() -> list[tuple[str, str]]:
    """Prefix and folder of the bundled files, as in ``STATICFILES_DIRS``."""
    named: list[Any] = list(settings.STATICFILES_DIRS)
    pairs = [("", one) if isinstance(one, str | Path) else one for one in named]
    return [(f"{prefix}/" if prefix else "", str(folder)) for prefix, folder in pairs]
