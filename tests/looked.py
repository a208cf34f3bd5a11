"""What every page must be, by axe and the browser: accessible, and no wider than the screen.

Contrast takes most of axe's time, and it follows from colors and sizes alone. Each combination of
these is measured once in a run, on whichever page and at whichever width shows it first. All other
rules are tried on every page; at a second width those that follow from the layout, and the rest on
what did not show at the first, once for each markup (looked.js).
"""

from __future__ import annotations

from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
LOOKED = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    const width = document.documentElement.scrollWidth;
    if (width <= room) return [];
    const wide = [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > room + 1)
        .slice(0, 5)
        .map((one) => one.tagName + "." + one.className);
    return [width + " px", ...wide];
}"""
#: Combinations whose contrast was measured and found good, and markup of narrow pages that was.
MEASURED: set[str] = set()


def faults_of(page: Page, *, again: bool = False) -> list[str]:
    """The faults of the current page at its width.

    ``again`` means that the page was checked before and only its width has changed.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found, measured = page.evaluate(LOOKED, [sorted(MEASURED), again])
    MEASURED.update(measured)
    return [*found, *too_wide(page)]


def too_wide(page: Page) -> list[str]:
    """What reaches beyond the screen."""
    return [f"too wide: {one}" for one in page.evaluate(TOO_WIDE)]
