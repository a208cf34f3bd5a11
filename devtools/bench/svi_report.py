"""Prints what SVI costs, and writes it as JSON."""

from __future__ import annotations

import json
from typing import Any

from devtools.bench import report
from devtools.embedded import ROOT

LATEST = ROOT / "var" / "bench" / "svi.json"
KINDS = (
    "SVI monitored",
    "SVI monitors",
    "SVI list search",
    "look-up by references",
    "look-up by numbers",
)


def show(run: dict[str, Any]) -> None:
    """Print the table of each size, what 5,000 partners cost, and what a revocation costs."""
    table = report.rows(run)
    for size in run["sizes"]:
        print(
            f"\n{size['companies']:,} companies in the directory, {size['relations']:,} relations"
        )
        report.show_pages(size, table)
        print(
            "5,000 partners of an account cost so many times as much as 100: "
            f"{report.ratios(size, KINDS, 'partners')}."
        )
        for one in size["revoked"].values():
            print(
                f"Revoking the SVI Agreement with {one['relations']:,} relations: "
                f"{one['statements']} statements in {one['ms']} ms, {one['processor_ms']} ms of "
                "them in Python."
            )


def write(run: dict[str, Any]) -> None:
    """Write the run with its rows as JSON."""
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps({**run, "rows": report.rows(run)}, indent=2) + "\n")
