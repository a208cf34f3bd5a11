"""Types into every field of a page, and checks what happens to the text on each way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser.desk import Desk

SCRIPT = Path(__file__).with_name("typed.js").read_text(encoding="utf-8")


def lost_by(desk: Desk) -> list[str]:
    """What is lost of the text typed into the current page, by link, button or reload."""

    def do(act: str, about: Any = None) -> Any:
        return desk.page.evaluate(SCRIPT, [act, about])

    typed = do("type")
    if not typed:
        return []
    lost: list[str] = do("press", typed)
    desk.page.reload()
    lost += do("missing", typed)
    desk.page.evaluate("sessionStorage.clear()")
    return lost
