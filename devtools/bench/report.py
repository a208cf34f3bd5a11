"""Prints the table of a run, and writes it as JSON."""

from __future__ import annotations

import json
from typing import Any

from devtools.embedded import ROOT

LATEST = ROOT / "var" / "bench" / "latest.json"

# The goals of docs/performance: statements, the least share of the floor's throughput with eight
# clients, and the most growth of processor time between the small and the large database.
GOALS: dict[str, tuple[int | None, float | None, float | None]] = {
    "criterion page": (8, 1 / 15, 1.1),
    "whole profile": (10, 1 / 40, 1.1),
    "save one answer": (8, 1 / 8, 1.1),
    "review decision": (8, 1 / 8, 1.1),
    "portfolio home, 40 accounts": (12, 1 / 30, 1.1),
    "portfolio home, 500 accounts": (12, None, 1.1),
    "switcher, 500 accounts": (12, None, 1.1),
    "switcher, 500 accounts, search": (12, None, 1.1),
    "tree of 500 organizations": (4, 1 / 40, 1.1),
    "users of an account, 1,000 users": (14, 1 / 40, 1.1),
    "SCSS queue, 150 partners": (10, 1 / 20, 1.1),
    "review page": (12, 1 / 25, 1.1),
    "profile PDF, stored": (8, 1 / 6, 1.1),
    "annual reviews, 400 partners": (12, 1 / 50, 1.1),
    "two versions compared": (8, 1 / 20, 1.1),
    "profile on a date": (12, 1 / 40, 1.1),
    "messages, 5,000 threads": (10, 1 / 40, 1.1),
    "messages, 40 accounts": (10, 1 / 40, 1.1),
    "search, 5,000 threads": (10, 1 / 40, 1.1),
    "one thread": (14, 1 / 40, 1.1),
    "reply to a thread": (32, 1 / 40, 1.1),
    "SCSS queue, messages": (12, 1 / 40, 1.1),
    "SCSS messages": (10, 1 / 40, 1.1),
    "management: messages": (10, 1 / 40, 1.1),
    "library, 5,000 documents": (14, 1 / 40, 1.1),
    "library, 40 accounts": (14, 1 / 40, 1.1),
    "library search, 5,000 documents": (14, 1 / 40, 1.1),
    "one document of 5,000": (16, 1 / 40, 1.1),
    # Of ``bench --svi``; growth is that from 10,000 to 100,000 companies in the directory.
    "SVI search, one word": (12, 1 / 40, 1.2),
    "SVI search, two words": (12, 1 / 40, 1.2),
    "SVI search, mistyped": (12, 1 / 40, 1.2),
    "SVI search, number": (12, 1 / 40, 1.2),
    "SVI monitored, 5,000 partners": (14, 1 / 40, 1.2),
    "SVI monitors, 5,000 partners": (12, 1 / 40, 1.2),
    "look-up by references, 5,000 partners": (8, 1 / 40, 1.2),
    "look-up by numbers, 5,000 partners": (8, 1 / 40, 1.2),
}

#: An upload may take so many times as long as the same form that Django alone receives.
UPLOAD = 2

#: Their cost must be equal, or it would reveal which address is known (U9).
KNOWN, UNKNOWN = "refused sign-in, known", "refused sign-in, unknown"

HEAD = (
    f"{'':38} {'SQL':>4} {'p50':>7} {'p50':>7} {'p95':>7} {'req/s':>7} {'web ms':>7} {'db ms':>7} "
    f"{'kB':>6} {'floor':>7} {'by cpu':>7} {'growth':>6}  beyond its goal"
)
CLIENTS = f"{'':38} {'':>4} {'1 cl.':>7} {'8 clients':>7}"


def rows(run: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each page and size, with its ratios."""
    first = run["sizes"][0]
    return [
        _row(size["partners"], name, page, None if size is first else first["pages"][name])
        for size in run["sizes"]
        for name, page in size["pages"].items()
    ]


def _row(
    partners: int, name: str, page: dict[str, Any], small: dict[str, Any] | None
) -> dict[str, Any]:
    floor = page["floor"]["8"]
    row = {"partners": partners, "page": name, **page}
    row["share_of_floor"] = round(page["8"].get("per_second", 0) / floor["per_second"], 4)
    row["share_by_processor"] = round(floor["web_ms"] / (page["8"].get("web_ms") or 1e9), 4)
    row["growth"] = round(_cost(page) / _cost(small), 2) if small and _cost(small) else None
    row["beyond"] = _beyond(name, row)
    return row


def _cost(page: dict[str, Any]) -> float:
    """Processor milliseconds of one request, in the web worker and in the database."""
    return float(page["8"].get("web_ms", 0) + page["8"].get("database_ms", 0))


def _beyond(name: str, row: dict[str, Any]) -> list[str]:
    statements, share, growth = GOALS.get(name, (None, None, None))
    found = []
    if row["1"].get("errors") or row["8"].get("errors"):
        found.append(f"errors: {row['1'].get('first_error') or row['8'].get('first_error')}")
    if statements is not None and (row["statements"] or 0) > statements:
        found.append(f"SQL <= {statements}")
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
            f"{loaded['threads']:,} threads, {loaded['documents']:,} documents, "
            f"{size['database_mb']:,} MB, "
            f"loaded in {loaded['seconds']} s; "
            f"migrate from nothing {run['migrate_seconds']} s; "
            f"memory of two web workers {size['memory_mb']} MB"
        )
        if size["pages"]:  # none if only uploads were asked for
            show_pages(size, table)
        if KNOWN in size["pages"]:
            print(_alike(size["pages"]))
        print(_swept(size["sweep"]))
        print(_crowded(size))
        print(_to_many(size["messages"]["many"]))
        for models, merged in size["merges"].items():
            print(_merged(models, merged))
        if "upload" in size:
            print(_uploaded(size))


def show_pages(size: dict[str, Any], table: list[dict[str, Any]]) -> None:
    """Print the floor and each page of one size."""
    print(CLIENTS)
    print(HEAD)
    _line(_floor_row(size))
    for row in table:
        if row["partners"] == size["partners"]:
            _line(row)


def _floor_row(size: dict[str, Any]) -> dict[str, Any]:
    """The floor, as measured next to the first page."""
    floor = next(iter(size["pages"].values()))["floor"]
    ratios: dict[str, Any] = {
        "share_of_floor": 1.0,
        "share_by_processor": 1.0,
        "growth": None,
        "beyond": [],
    }
    return {"page": "floor", "statements": 1, **floor, **ratios}


def _alike(pages: dict[str, Any]) -> str:
    known, unknown = (pages[name]["8"].get("web_ms", 0.0) for name in (KNOWN, UNKNOWN))
    share = known / unknown if unknown else 0.0
    return f"A refused sign-in costs {share:.2f} times as much where the address is known."


def _swept(sweep: dict[str, Any]) -> str:
    return (
        f"Of {sweep['certified']:,} certified accounts, {sweep['due']:,} annual reviews are due: "
        f"found with {sweep['statements']} statements in {sweep['ms']} ms, "
        f"{sweep['processor_ms']} ms of them in Python."
    )


def _crowded(size: dict[str, Any]) -> str:
    """What 5,000 threads or documents of an account cost, compared with 100."""
    unread = size["messages"]["unread_ms"]
    threads = ratios(size, ("messages", "search"), "threads")
    documents = ratios(size, ("library", "library search"), "documents")
    return (
        f"5,000 threads of an account cost {threads} times as much as 100; the header counts what "
        f"is unread in {unread['many']} ms, with 100 in {unread['few']} ms.\n"
        f"5,000 documents of an account cost {documents} times as much as 100."
    )


def ratios(size: dict[str, Any], kinds: tuple[str, ...], things: str) -> str:
    """How many times as much pages with 5,000 things cost as with 100, for each kind of page."""
    pages = size["pages"]
    found = [
        f"{kind} {_cost(many) / _cost(few):.2f}"
        for kind in kinds
        if (few := pages.get(f"{kind}, 100 {things}"))
        and (many := pages.get(f"{kind}, 5,000 {things}"))
        and _cost(few)
    ]
    return ", ".join(found) or "-"


def _to_many(many: dict[str, Any]) -> str:
    each = max(many["sent"], 1)
    return (
        f"A message to {many['partners']:,} partners: preview {many['preview']['statements']} "
        f"statements in {many['preview']['ms']} ms, start {many['start']['statements']} in "
        f"{many['start']['ms']} ms; {many['sent']:,} sent in {many['steps']} steps with "
        f"{many['statements'] / each:.1f} statements each in {many['seconds']} s "
        f"({many['sent'] / max(many['seconds'], 0.1):.0f} a second), {many['processor_seconds']} s "
        "of them in Python."
    )


def _merged(models: str, merged: dict[str, Any]) -> str:
    return (
        f"A merge of two trade accounts with {models} C-TPAT accounts, one of them with "
        f"{merged['documents']:,} documents: preview {merged['preview']['statements']} statements "
        f"in {merged['preview']['ms']} ms, merge {merged['statements']} in {merged['ms']} ms, "
        f"{merged['processor_ms']} ms of them in Python."
    )


def upload_errors(size: dict[str, Any]) -> list[str]:
    """What went wrong with uploads, if anything did."""
    found = size.get("upload", {}).values()
    return [str(one["first_error"]) for one in found if one["errors"]]


def compared_uploads(found: dict[str, Any]) -> dict[str, float]:
    """How many times as long as the floor the portal takes for an upload: as the floor needs to
    read its bytes, and to receive the form.
    """
    took = {name: one.get("p50_ms", 0.0) for name, one in found.items()}
    return {
        name: round(took["portal"] / took[name], 2) if took[name] else 0.0
        for name in ("raw", "form")
    }


def _uploaded(size: dict[str, Any]) -> str:
    found = size["upload"]
    times = compared_uploads(found)
    cost = [
        f"{name} {one.get('p50_ms', 0):.0f} ms ({one.get('web_ms', 0):.0f} of the processor)"
        for name, one in found.items()
    ]
    wrong = "".join(f"; {one}" for one in upload_errors(size))
    beyond = ", beyond its goal" if times["form"] > UPLOAD else ""
    return (
        f"An upload of 25 MB: {', '.join(cost)}. It takes {times['form']} times as long as "
        f"a form that Django alone receives (goal {UPLOAD}{beyond}), and {times['raw']} times as "
        f"long as reading the bytes{wrong}."
    )


def _line(row: dict[str, Any]) -> None:
    one, eight = row["1"], row["8"]
    print(
        f"{row['page']:38} {row['statements'] or '-':>4} {_number(one, 'p50_ms')} "
        f"{_number(eight, 'p50_ms')} {_number(eight, 'p95_ms')} {eight.get('per_second', 0):>7.0f} "
        f"{_number(eight, 'web_ms', 2)} {_number(eight, 'database_ms', 2)} "
        f"{eight.get('bytes', 0) / 1000:>6.1f} {_part(row['share_of_floor']):>7} "
        f"{_part(row['share_by_processor']):>7} {row['growth'] or '-':>6}  "
        f"{', '.join(row['beyond'])}"
    )


def _part(share: float) -> str:
    return f"1/{1 / share:.1f}" if share else "-"


def _number(result: dict[str, Any], name: str, digits: int = 1) -> str:
    return f"{result[name]:>7.{digits}f}" if name in result else f"{'-':>7}"


def write(run: dict[str, Any]) -> None:
    """Write the run with its rows as JSON."""
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps({**run, "rows": rows(run)}, indent=2) + "\n")
