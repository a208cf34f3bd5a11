"""Everything installed is locked, and the repository names no private package index."""

from __future__ import annotations

import json
import re

from tests.architecture.source import ROOT, tracked

# Written in parts, so that this file does not contain them either.
HOSTS = re.compile(
    r"pypi\." + r"(org|python)|files\.python" + r"hosted|registry\.npm" + r"js|registry\.yarn"
    + r"pkg|npm\.pkg\.|deb\.deb" + r"ian|security\.deb" + r"ian|ghcr\.io|quay\.io|docker\.io",
    re.IGNORECASE,
)  # fmt: skip
LOCKS = ("base", "demo", "dev", "node", "uv")
REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def _locked(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return {match[1].lower(): match[2] for match in REQUIREMENT.finditer(text)}


def test_lock_files_are_hashed_and_name_no_host() -> None:
    for name in LOCKS:
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text, name
        entries = re.split(r"\n(?=[a-z0-9])", text)
        for entry in entries:
            if REQUIREMENT.match(entry):
                assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_every_direct_requirement_is_locked() -> None:
    for name in LOCKS:
        wanted = (ROOT / "requirements" / f"{name}.in").read_text()
        direct = {m.lower() for m in re.findall(r"^([A-Za-z0-9._-]+)", wanted, re.MULTILINE)}
        assert direct - {"-r"} <= set(_locked(name)), name


def test_the_larger_sets_hold_the_versions_of_the_smaller() -> None:
    base, demo, dev = _locked("base"), _locked("demo"), _locked("dev")
    assert base.items() <= demo.items() <= dev.items()


def test_the_node_lock_is_hashed_and_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in entry for name, entry in packages.items() if name)


def test_nothing_in_the_repository_names_a_package_index() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if HOSTS.search(text):
            found.append(path.relative_to(ROOT).as_posix())
    assert found == []
