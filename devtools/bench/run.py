"""`./portal.sh bench`: own database, thousands of partners, the production server, one table."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict
from typing import Any

from devtools.bench import load, partners, report
from devtools.bench.pages import CLIENTS
from devtools.bench.server import FILES, HOST, Servers, memory_mb, web
from devtools.console import say, since_start, step
from devtools.embedded import ROOT, ServiceError

SIZES = (100, 12_000)
SETTINGS = "devtools.bench.settings"
DEMO = "portal.settings.demo"
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
AT_MOST = 20_000
WARM_UP = 0.7


def run(arguments: list[str]) -> int:
    """Measure each size; 1 when an answer was wrong, for figures are no verdict."""
    sizes = _sizes(arguments)
    begun = time.time()
    servers = Servers()
    measured = []
    try:
        with step("The companies that are copied"):
            migrated = servers.python("-m", "devtools.bench.companies", module=DEMO)
        for size in sizes:
            say(f"{size:,} partners")
            with servers.copy(f"partners_{size}"):
                measured.append(_measure(servers, size))
    finally:
        servers.stop()
    result: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begun)),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "seconds_a_measure": SECONDS,
        "migrate_seconds": float(migrated.splitlines()[0]),
        "sizes": measured,
    }
    report.show(result)
    report.write(result)
    say(f"{report.LATEST.relative_to(ROOT)} written, {since_start():.0f} s in all")
    wrong = [row for row in report.rows(result) if any("errors" in x for x in row["beyond"])]
    return 1 if wrong else 0


def _sizes(arguments: list[str]) -> list[int]:
    given = arguments or os.environ.get("PARTNERS", "").replace(",", " ").split()
    if not all(one.isdecimal() and 20 <= int(one) <= 1_000_000 for one in given):
        raise ServiceError("bench takes numbers of partners from 20 up, e.g. ./portal.sh bench 100")
    return [int(one) for one in given] or list(SIZES)


def _measure(servers: Servers, size: int) -> dict[str, Any]:
    with servers.cluster.superuser(servers.database) as cursor:
        loaded = partners.fill(cursor, size)
    with step("  Signing in and counting statements"):
        printed = servers.python("-m", "devtools.bench.pages", module=SETTINGS)
    pages = json.loads(printed.splitlines()[-1])
    with web(servers, SETTINGS) as (portal, floor):
        return {
            "partners": size,
            "loaded": asdict(loaded),
            "database_mb": servers.size_mb(),
            **_drive(portal, floor, pages),
            "memory_mb": memory_mb(FILES / "run"),
        }


def _drive(portal: int, floor: int, pages: list[dict[str, Any]]) -> dict[str, Any]:
    floor_page = [{"wire": _floor(n), "expect": 200} for n in range(1, 9)]
    found: dict[str, Any] = {}
    with step("  floor"):
        found["floor"] = _both(floor, floor_page)
    if found["floor"]["8"]["errors"]:
        raise ServiceError(f"the floor did not answer: {found['floor']['8']['first_error']}")
    found["pages"] = {}
    for page in pages:
        with step(f"  {page['name']}"):
            measured = _both(portal, page["requests"])
        found["pages"][page["name"]] = {"statements": page["statements"], **measured}
    return found


def _floor(number: int) -> str:
    return f"GET /{number}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n"


def _both(port: int, requests: list[dict[str, Any]]) -> dict[str, Any]:
    phases = [(max(CLIENTS), WARM_UP), *((clients, SECONDS) for clients in CLIENTS)]
    plan = load.Plan(port, [load.Request(**one) for one in requests], phases, AT_MOST)
    path = FILES / "plan.json"
    load.write(plan, path)
    done = subprocess.run(
        [sys.executable, "-m", "devtools.bench.load", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=10 * SECONDS + 120,
    )  # fmt: skip
    _warm, *measured = json.loads(done.stdout)
    return {str(clients): summary for clients, summary in zip(CLIENTS, measured, strict=True)}
