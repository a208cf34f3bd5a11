"""What `./portal.sh` calls once everything is installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from devtools.embedded import ROOT, ServiceError


def _demo(arguments: list[str]) -> int:
    from devtools.demo import run

    unknown = set(arguments) - {"--reset"}
    if unknown:
        raise ServiceError(f"demo knows --reset only, not {' '.join(sorted(unknown))}")
    return run(reset="--reset" in arguments)


def _test(arguments: list[str]) -> int:
    from devtools.checks import run

    return run(arguments)


def _bench(arguments: list[str]) -> int:
    from devtools.bench.run import run

    return run(arguments)


def _manage(arguments: list[str]) -> int:
    from devtools.demo import manage

    return manage(arguments)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "test": _test,
    "bench": _bench,
    "manage": _manage,
}


def main() -> int:
    """Run the command named first, and return its exit code."""
    os.chdir(ROOT)
    command, *arguments = sys.argv[1:]
    try:
        return COMMANDS[command](arguments)
    except ServiceError as problem:
        print(f"ERROR: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
