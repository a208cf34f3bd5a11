"""Read from the fonts which characters can be printed: `python -m devtools.glyphs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
RANGES = ROOT / "core" / "glyph_ranges.txt"
#: The fonts of static/css/pdf.css; DejaVu Sans is the package fonts-dejavu-core.
FONTS = (
    ROOT / "node_modules/@uswds/uswds/dist/fonts/public-sans/PublicSans-Regular.ttf",
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
)


def covered(fonts: Iterable[Path] = FONTS) -> set[int]:
    """The code points that at least one of the fonts has a glyph for."""
    return {code for font in fonts for code in TTFont(font, lazy=True).getBestCmap()}


def ranges(codes: Iterable[int]) -> Iterator[str]:
    """Code points as hexadecimal ranges, one a line."""
    run: list[int] = []
    for code in sorted(codes):
        if run and code != run[-1] + 1:
            yield _range(run)
            run = []
        run.append(code)
    if run:
        yield _range(run)


def _range(run: list[int]) -> str:
    return f"{run[0]:X}" if len(run) == 1 else f"{run[0]:X}-{run[-1]:X}"


def main() -> None:
    """Write the file that ``core.glyphs`` reads."""
    RANGES.write_text("\n".join(ranges(covered())) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
