"""Shows how far the loading of a database is."""

from __future__ import annotations

import sys

BAR = 30


class Progress:
    """A progress bar."""

    def __init__(self, rows: int, of: str = "rows") -> None:
        self.rows = rows
        self.of = of
        self.done = 0
        self.shown = -1

    def add(self, rows: int) -> None:
        """Count this many more rows."""
        self.done += rows
        share = self.done / self.rows
        if sys.stdout.isatty() or int(share * 10) != self.shown:
            self.shown = int(share * 10)
            filled = int(share * BAR)
            end = "\r" if sys.stdout.isatty() and self.done < self.rows else "\n"
            bar = "#" * filled + "." * (BAR - filled)
            print(f"    [{bar}] {self.done:>11,} of {self.rows:,} {self.of}", end=end, flush=True)
