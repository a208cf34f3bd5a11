"""`./portal.sh bench`: own databases, thousands of partners, the production server, one table.

The sizes are measured in turn, page by page, each round together with the floor, so that other work
on the machine affects all of them equally.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from devtools.bench import (
    bulk,
    load,
    many_accounts,
    participants,
    partners,
    processor,
    report,
    seals,
    svi_report,
    threads,
    uploads,
    walls,
)
from devtools.bench.pages import CLIENTS
from devtools.bench.server import FILES, FLOOR, HOST, Servers, Web, web
from devtools.console import say, since_start, step
from devtools.embedded import ROOT, ServiceError

SIZES = (100, 12_000)
WALLS, SVI = "--walls", "--svi"
#: Companies in the directory of SVI.
DIRECTORIES = ("10000", "100000")
SETTINGS = "devtools.bench.settings"
DEMO = "portal.settings.demo"
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))
#: Only pages whose name matches are measured; all by default.
WANTED = re.compile(os.environ.get("BENCH_PAGES", ""))
#: The number of rounds into which a measurement is split.
ROUNDS = 2
AT_MOST = 20_000
WARM_UP = 0.7


@dataclass
class Measure:
    """The measurements of one page at one size with a number of clients, all rounds together."""

    result: load.Result = field(default_factory=load.Result)
    web_ms: float = 0.0
    database_ms: float = 0.0

    def summary(self) -> dict[str, Any]:
        """The form that the report reads: processor time is that of one request."""
        asked = len(self.result.latencies)
        if not asked:
            return self.result.summary()
        cost = {"web_ms": self.web_ms / asked, "database_ms": self.database_ms / asked}
        return {**self.result.summary(), **{k: round(v, 3) for k, v in cost.items()}}


@dataclass
class Asked:
    """One page on one server: the current requests, and the measurements by clients."""

    server: Web
    requests: list[load.Request]
    measures: dict[int, Measure] = field(default_factory=dict)

    def ask(self, clients: int, seconds: float, postgres: int) -> None:
        """One round with this many clients; 0 seconds only warms up."""
        before = processor.spent_ms(self.server.pid), processor.spent_ms(postgres)
        result = self._load(clients, seconds or WARM_UP)
        if not seconds:
            return
        measure = self.measures.setdefault(clients, Measure())
        measure.result.add(result)
        measure.web_ms += processor.spent_ms(self.server.pid) - before[0]
        measure.database_ms += processor.spent_ms(postgres) - before[1]

    def _load(self, clients: int, seconds: float) -> load.Result:
        path = FILES / "plan.json"
        load.write(load.Plan(self.server.port, self.requests, clients, seconds, AT_MOST), path)
        done = subprocess.run(
            [sys.executable, "-m", "devtools.bench.load", str(path)],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=10 * seconds + 120,
        )  # fmt: skip
        result, self.requests = load.answered(done.stdout)
        return result

    def summaries(self) -> dict[str, Any]:
        """The measurements by their number of clients, as the report reads them."""
        return {str(clients): one.summary() for clients, one in self.measures.items()}


def run(arguments: list[str]) -> int:
    """Measure each size; return 1 only if an answer was wrong, whatever the figures are.

    With ``--walls`` measure the same database without and with row-level security, with ``--svi``
    what companies do with each other.
    """
    sizes_given = [one for one in arguments if one not in {WALLS, SVI}]
    if WALLS in arguments:
        return _compare_walls(*_sizes(sizes_given or ["1000"])[:1])
    if SVI in arguments:
        return _measure_svi(_sizes(sizes_given or list(DIRECTORIES)))
    sizes = _sizes(arguments)
    begun = time.time()
    servers = Servers()
    try:
        with step("The companies that are copied"):
            migrated = servers.python("-m", "devtools.bench.companies", module=DEMO)
        loaded = [_load(servers, number, size) for number, size in enumerate(sizes)]
        servers.be_durable()
        prepared = [_prepare(servers, *one) for one in loaded]
        _drive(servers, prepared)
    finally:
        servers.stop()
    result: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begun)),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "seconds_a_measure": SECONDS,
        "migrate_seconds": float(migrated.splitlines()[0]),
        "sizes": [one.found for one in prepared],
    }
    report.show(result)
    report.write(result)
    say(f"{report.LATEST.relative_to(ROOT)} written, {since_start():.0f} s in all")
    wrong = [row for row in report.rows(result) if any("errors" in x for x in row["beyond"])]
    return 1 if wrong or any(report.upload_errors(one.found) for one in prepared) else 0


def _compare_walls(size: int) -> int:
    servers = Servers()
    try:
        with step("The companies that are copied"):
            servers.python("-m", "devtools.bench.companies", module=DEMO)
        loaded = _load(servers, 0, size)
        servers.be_durable()
        on = _prepare(servers, *loaded)
        on.pages = [page for page in on.pages if page["name"] in walls.PAGES]
        servers.copy("without_policies", of=on.name)
        with step("Row-level security is off"), servers.cluster.superuser(servers.database) as one:
            walls.take_down(one)
        environment = servers.environment(SETTINGS)
        off = Prepared(servers.database, environment, on.pages, {**on.found, "pages": {}})
        _drive(servers, [off, on], walls.ROUNDS)
    finally:
        servers.stop()
    rows = walls.rows(off.found["pages"], on.found["pages"])
    walls.show(rows)
    walls.write({"partners": size, "seconds_a_measure": SECONDS, "rows": rows})
    say(f"{walls.LATEST.relative_to(ROOT)} written, {since_start():.0f} s in all")
    return 1 if any(row["errors"] for row in rows) else 0


def _measure_svi(sizes: list[int]) -> int:
    if min(sizes) < participants.MANY:
        raise ServiceError(f"bench --svi takes numbers of companies from {participants.MANY} up")
    servers = Servers()
    try:
        with step("The companies that are copied"):
            servers.python("-m", "devtools.bench.companies", module=DEMO)
        loaded = [_load_participants(servers, number, size) for number, size in enumerate(sizes)]
        servers.be_durable()
        prepared = [_prepare_svi(servers, *one) for one in loaded]
        _drive(servers, prepared)
    finally:
        servers.stop()
    result = {"seconds_a_measure": SECONDS, "sizes": [one.found for one in prepared]}
    svi_report.show(result)
    svi_report.write(result)
    say(f"{svi_report.LATEST.relative_to(ROOT)} written, {since_start():.0f} s in all")
    return 1 if any(row["1"].get("errors") for row in report.rows(result)) else 0


def _load_participants(servers: Servers, number: int, size: int) -> tuple[str, dict[str, Any]]:
    say(f"{size:,} companies in the directory of SVI")
    servers.copy(f"directory_{number}_{size}")
    opened = servers.opener()
    filled = participants.fill(opened, size)
    seals.seal(opened, servers.python("-m", "devtools.bench.seals", module=SETTINGS))
    with opened() as cursor:
        threads.forget(cursor)
    bulk.settle(opened)
    return servers.database, {"partners": size, **asdict(filled), "pages": {}}


def _prepare_svi(servers: Servers, name: str, found: dict[str, Any]) -> Prepared:
    servers.use(name)
    with step(f"  Signing in and counting statements, {found['companies']:,} companies"):
        printed = servers.python("-m", "devtools.bench.svi_pages", module=SETTINGS)
    pages = [one for one in json.loads(printed.splitlines()[-1]) if WANTED.search(one["name"])]
    with step("  Revoking the SVI Agreement"):
        revoked = servers.python("-m", "devtools.bench.revocations", module=SETTINGS)
    found["revoked"] = json.loads(revoked.splitlines()[-1])
    return Prepared(name, servers.environment(SETTINGS), pages, found)


def _sizes(arguments: list[str]) -> list[int]:
    given = arguments or os.environ.get("PARTNERS", "").replace(",", " ").split()
    if not all(one.isdecimal() and 20 <= int(one) <= 1_000_000 for one in given):
        raise ServiceError("bench takes numbers of partners from 20 up, e.g. ./portal.sh bench 100")
    return [int(one) for one in given] or list(SIZES)


@dataclass
class Prepared:
    """A database of one size: the environment of its servers, its pages, the measurements."""

    name: str
    environment: dict[str, str]
    pages: list[dict[str, Any]]
    found: dict[str, Any]
    upload: load.Request | None = None


def _load(servers: Servers, number: int, size: int) -> tuple[str, dict[str, Any]]:
    """Fill a database of this size; return its name and what it holds."""
    say(f"{size:,} partners")
    begun = time.monotonic()
    servers.copy(f"partners_{number}_{size}")
    opened = servers.opener()
    filled = partners.fill(opened, size)
    seals.seal(opened, servers.python("-m", "devtools.bench.seals", module=SETTINGS))
    with opened() as cursor:
        many_accounts.fill(cursor)
        threads.forget(cursor)
    bulk.make_indexes(opened)
    bulk.settle(opened)
    loaded = {**asdict(filled), "seconds": round(time.monotonic() - begun, 1)}
    say(f"  Loaded in {loaded['seconds']} s")
    found = {"partners": size, "loaded": loaded, "database_mb": servers.size_mb()}
    return servers.database, found


def _prepare(servers: Servers, name: str, found: dict[str, Any]) -> Prepared:
    """Sign in, count statements, and measure what is not a page."""
    say(f"{found['partners']:,} partners")
    servers.use(name)
    with step("  Signing in and counting statements"):
        printed = servers.python("-m", "devtools.bench.pages", module=SETTINGS)
    pages = [one for one in json.loads(printed.splitlines()[-1]) if WANTED.search(one["name"])]
    with step("  Finding which annual reviews are due"):
        swept = servers.python("-m", "devtools.bench.sweeps", module=SETTINGS)
    found["sweep"] = json.loads(swept.splitlines()[-1])
    with step("  Sending a message to many partners"):
        sent = servers.python("-m", "devtools.bench.many", module=SETTINGS)
    found["messages"] = json.loads(sent.splitlines()[-1])
    with step("  Merging two trade accounts"):
        merged = servers.python("-m", "devtools.bench.merges", module=SETTINGS)
    found["merges"] = json.loads(merged.splitlines()[-1])
    upload = next((one for one in pages if one["name"] == uploads.NAME), None)
    if upload is not None:
        pages.remove(upload)
    prepared = Prepared(name, servers.environment(SETTINGS), pages, {**found, "pages": {}})
    prepared.upload = load.Request(**upload["requests"][0]) if upload else None
    return prepared


def _drive(servers: Servers, prepared: list[Prepared], rounds: int = ROUNDS) -> None:
    """Measure each page of each size in turn, together with the floor."""
    postgres = servers.cluster.pid()
    with web({one.name: one.environment for one in prepared}) as servers_of:
        for pages in zip(*(one.pages for one in prepared), strict=True):
            floor = Asked(servers_of[FLOOR], [_floor(n) for n in range(1, 9)])
            asked = [
                Asked(servers_of[size.name], [load.Request(**one) for one in page["requests"]])
                for size, page in zip(prepared, pages, strict=True)
            ]
            with step(f"  {pages[0]['name']}"):
                _rounds([floor, *asked], postgres, rounds)
            for size, page, one in zip(prepared, pages, asked, strict=True):
                beside = {"statements": page["statements"], "floor": floor.summaries()}
                size.found["pages"][page["name"]] = {**beside, **one.summaries()}
        for size in prepared:
            if size.upload is not None:
                with step(f"  {uploads.NAME}, {size.found['partners']:,} partners"):
                    size.found["upload"] = _uploaded(servers_of, size, postgres)
        for size in prepared:
            size.found["memory_mb"] = processor.memory_mb(servers_of[size.name].pid)


def _uploaded(servers_of: dict[str, Web], size: Prepared, postgres: int) -> dict[str, Any]:
    """What an upload costs the portal and the floor, with one client."""
    assert size.upload is not None  # noqa: S101
    asked = {
        "portal": Asked(servers_of[size.name], [size.upload]),
        "raw": Asked(servers_of[FLOOR], [uploads.on_the_floor(uploads.RAW)]),
        "form": Asked(servers_of[FLOOR], [uploads.on_the_floor(uploads.FORM)]),
    }
    for seconds in (0, *[SECONDS] * ROUNDS):
        for one in asked.values():
            one.ask(1, seconds, postgres)
    return {name: one.summaries()["1"] for name, one in asked.items()}


def _rounds(all_asked: list[Asked], postgres: int, rounds: int) -> None:
    for one in all_asked:
        one.ask(max(CLIENTS), 0, postgres)
    for _ in range(rounds):
        for clients in CLIENTS:
            for one in all_asked:
                one.ask(clients, SECONDS / rounds, postgres)


def _floor(number: int) -> load.Request:
    return load.Request(f"GET /{number}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n", 200)
