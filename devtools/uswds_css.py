"""Reduce the design system's stylesheet to the rules that the components use.

The whole of it is 527 kB before compression, nearly all for components that no page shows. This
keeps the rules whose every ``usa-`` class occurs in ``templates/cotton/`` and those for bare
elements, and writes ``static/css/uswds.css``. A test checks that the file is up to date.

    python -m devtools.uswds_css
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "@uswds" / "uswds" / "dist" / "css" / "uswds.min.css"
TARGET = ROOT / "static" / "css" / "uswds.css"
COMPONENTS = ROOT / "templates" / "cotton"

_CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
_USED = re.compile(r"usa-[\w-]+")
_FONT = re.compile(r"font-family:Source Sans Pro Web[^;}]*")
_GROUPS = ("@media", "@supports")


def used_classes() -> set[str]:
    """Every ``usa-`` class that a component names."""
    return {name for page in COMPONENTS.rglob("*.html") for name in _USED.findall(page.read_text())}


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """The rules of a stylesheet as (text before the brace, text inside)."""
    start = depth = 0
    head = ""
    for at, character in enumerate(css):
        if character == "{":
            if depth == 0:
                head, start = css[start:at], at + 1
            depth += 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield head.strip(), css[start:at]
                start = at + 1
        elif character == ";" and depth == 0:
            start = at + 1


def kept(selectors: str, used: set[str]) -> str:
    """The selectors of a rule that can match something we show."""
    parts = re.split(r",(?![^(]*\))", selectors)
    return ",".join(one for one in parts if set(_CLASS.findall(one)) <= used)


def cut(css: str, used: set[str]) -> str:
    """The stylesheet without unused rules: no fonts, no keyframes, no other classes."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    found = []
    for head, body in blocks(css):
        if head.startswith(_GROUPS):
            inner = cut(body, used)
            if inner:
                found.append(f"{head}{{{inner}}}")
        elif not head.startswith("@"):
            selectors = kept(head, used)
            if selectors:
                found.append(f"{selectors}{{{body}}}")
    return "".join(found)


def stylesheet() -> str:
    """The file as it should be."""
    css = cut(SOURCE.read_text(), used_classes()).replace("url(../", "url(../uswds/")
    css = _FONT.sub("font-family:inherit", css)
    return "/* USWDS 3.14.0, public domain: made by devtools/uswds_css.py, not by hand. */\n" + (
        css.replace("}", "}\n").strip() + "\n"
    )


if __name__ == "__main__":
    TARGET.write_text(stylesheet())
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size:,} bytes")
