"""Pytest plugin: the share of a whole run that each folder of tests takes, and which is too much.

Shares do not depend on how fast a machine is. A folder that grows beyond its own slows the run for
everyone: make its tests cheaper, or raise its share here and say why in the commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pytest

#: Percent of the time of all tests that a folder may take; it has about two thirds of it now.
SHARES = {
    "access": 24,
    "audit": 15,
    "browser": 48,
    "identity": 13,
    "reviews": 15,
    "security_models": 8,
    "security_profile": 24,
}
#: The share of every other folder.
SHARE = 6


def folder_of(nodeid: str) -> str:
    """The folder below ``tests`` that a test lies in."""
    return nodeid.split("/")[1] if nodeid.count("/") > 1 else ""


def percent(spent: Mapping[str, float]) -> dict[str, float]:
    """The share of each folder, the largest first."""
    whole = sum(spent.values()) or 1.0
    ordered = sorted(spent.items(), key=lambda one: -one[1])
    return {name: 100 * seconds / whole for name, seconds in ordered}


def too_large(spent: Mapping[str, float]) -> list[str]:
    """The folders that take more than their share, in words."""
    return [
        f"tests/{name} takes {share:.0f} % of the run; its share is {SHARES.get(name, SHARE)} %"
        for name, share in percent(spent).items()
        if share > SHARES.get(name, SHARE)
    ]


class Shares:
    """Adds up the time of a whole run where its reports come together."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count set-up, test and tear-down of each test."""
        self.spent[folder_of(report.nodeid)] += report.duration

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that is green but for a folder that takes too much."""
        if too_large(self.spent) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say who took how much."""
        shares = [f"{name} {share:.0f} %" for name, share in percent(self.spent).items()]
        terminalreporter.write_line("time of the folders: " + ", ".join(shares))
        for words in too_large(self.spent):
            terminalreporter.write_line(f"FAILED {words}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Count in runs of all tests only, in the process that collects the reports."""
    everything = not config.option.keyword and config.option.markexpr == "not long"
    if (
        everything
        and config.args == config.getini("testpaths")
        and not hasattr(config, "workerinput")
    ):
        config.pluginmanager.register(Shares(), "shares of the folders")
