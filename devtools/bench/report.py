"""The table of one run, and the same as JSON."""

from __future__ import annotations

import json
from typing import Any

from devtools.embedded import ROOT

LATEST = ROOT / "var" / "bench" / "latest.json"

# Goals of docs/performance: statements, milliseconds, least share of the floor's throughput
# with eight clients, most growth of the median between the small and the large database.
GOALS: dict[str, tuple[int | None, float | None, float | None, float | None]] = {
    "criterion page": (8, 10, 1 / 5, 1.1),
    "save one answer": (8, 8, 1 / 5, 1.1),
    "review decision": (8, 8, 1 / 5, 1.1),
    "portfolio home, 40 accounts": (12, 25, 1 / 12, 1.1),
    "SCSS queue, 150 partners": (10, 25, 1 / 12, 1.2),
    "review page": (12, 40, 1 / 15, 1.1),
    "profile PDF, stored": (None, None, 1 / 3, 1.0),
}

#: Their times must be alike, or they would tell whose address is known (U9).
KNOWN, UNKNOWN = "refused sign-in, known", "refused sign-in, unknown"

HEAD = (
    f"{'':30} {'SQL':>4} {'p50':>7} {'p95':>7} {'p50':>7} {'p95':>7} {'req/s':>7} "
    f"{'kB':>6} {'floor':>7} {'growth':>7}  beyond its goal"
)
CLIENTS = f"{'':30} {'':>4} {'1 client':>15} {'8 clients':>23}"


def rows(run: dict[str, Any]) -> list[dict[str, Any]]:
    """One row a page and size, with its ratios."""
    first = run["sizes"][0]
    table = []
    for size in run["sizes"]:
        floor = size["floor"]["8"]["per_second"]
        for name, page in size["pages"].items():
            small = first["pages"][name]
            share = page["8"].get("per_second", 0) / floor
            growth = None
            if size is not first and small["1"].get("p50_ms"):
                growth = round(page["1"].get("p50_ms", 0) / small["1"]["p50_ms"], 2)
            row = {"partners": size["partners"], "page": name, **page}
            row |= {"share_of_floor": round(share, 4), "growth": growth}
            row["beyond"] = _beyond(name, row)
            table.append(row)
    return table


def _beyond(name: str, row: dict[str, Any]) -> list[str]:
    statements, median, share, growth = GOALS.get(name, (None, None, None, None))
    found = []
    if row["1"].get("errors") or row["8"].get("errors"):
        found.append(f"errors: {row['1'].get('first_error') or row['8'].get('first_error')}")
    if statements is not None and (row["statements"] or 0) > statements:
        found.append(f"SQL <= {statements}")
    if median is not None and row["1"].get("p50_ms", 0) > median:
        found.append(f"p50 <= {median:g} ms")
    if share is not None and row["share_of_floor"] < share:
        found.append(f"floor >= 1/{1 / share:.0f}")
    if growth is not None and row["growth"] is not None and row["growth"] > growth:
        found.append(f"growth <= {growth}")
    return found


def show(run: dict[str, Any]) -> None:
    """Print the table."""
    table = rows(run)
    for size in run["sizes"]:
        loaded = size["loaded"]
        print(
            f"\n{size['partners']:,} partners, {loaded['responses']:,} responses, "
            f"{size['database_mb']:,} MB, loaded in {loaded['seconds']} s; "
            f"migrate from nothing {run['migrate_seconds']} s; "
            f"memory of two web workers {size['memory_mb'].get('portal', 0)} MB"
        )
        print(CLIENTS)
        print(HEAD)
        floor: dict[str, Any] = {
            "statements": 1,
            "share_of_floor": 1.0,
            "growth": None,
            "beyond": [],
        }
        _line({"page": "floor", **size["floor"], **floor})
        for row in table:
            if row["partners"] == size["partners"]:
                _line(row)
        print(_alike(size["pages"]))


def _alike(pages: dict[str, Any]) -> str:
    known, unknown = (pages[name]["1"].get("p50_ms", 0.0) for name in (KNOWN, UNKNOWN))
    share = known / unknown if unknown else 0.0
    return f"A refused sign-in takes {share:.2f} times as long where the address is known."


def _line(row: dict[str, Any]) -> None:
    one, eight = row["1"], row["8"]
    share = row["share_of_floor"]
    floor = f"1/{1 / share:.1f}" if share else "-"
    print(
        f"{row['page']:30} {row['statements'] or '-':>4} {_ms(one, 'p50_ms')} {_ms(one, 'p95_ms')} "
        f"{_ms(eight, 'p50_ms')} {_ms(eight, 'p95_ms')} {eight.get('per_second', 0):>7.0f} "
        f"{eight.get('bytes', 0) / 1000:>6.1f} {floor:>7} "
        f"{row['growth'] or '-':>7}  {', '.join(row['beyond'])}"
    )


def _ms(result: dict[str, Any], name: str) -> str:
    return f"{result[name]:>7.1f}" if name in result else f"{'-':>7}"


def write(run: dict[str, Any]) -> None:
    """Keep the run, its rows included, as JSON."""
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps({**run, "rows": rows(run)}, indent=2) + "\n")
