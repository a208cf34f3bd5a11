"""Floors and rooms (docs/architecture.md): what may use what, and where a module belongs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, TypeGuard

from tests.architecture.source import ROOT, Module, apps, everything, product, tracked

# The rooms that speak HTTP; `page_urls` and `api_urls` are the portal's lists of addresses.
HTTP_ROOMS = {
    "views",
    "api",
    "urls",
    "page_urls",
    "api_urls",
    "admin",
    "middleware",
    "web",
    "backends",
}
# The kit for views (core), navigation made for each page, and the demo's own pages.
HTTP_KIT = {
    "core/drafts.py", "core/forms.py", "core/listing.py", "portal/navigation.py",
    "portal/demo/mail.py",
}  # fmt: skip
# core is the kit and portal puts the apps together: their modules are named for what they are.
KITS = {"core", "portal"}
# Django finds these by name.
DJANGOS_OWN = {"__init__", "apps", "management"}
GUARDIAN = re.compile(r"core/access\.py|[a-z_]+/(grants|models)\.py|[a-z_]+/models/[a-z_]+\.py")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "mixins", "misc"}


def _configured() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_floors_and_rooms_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_app_has_its_floor() -> None:
    configured = _configured()
    floors = configured["contracts"][0]["layers"]
    on_floors = {name.strip(" ()") for floor in floors for name in floor.split("|")}
    assert set(apps()) <= on_floors
    assert set(apps()) == set(configured["root_packages"])
    assert set(apps()) == set(configured["contracts"][1]["containers"])
    assert set(apps()) == set(configured["contracts"][2]["source_modules"])


def _rooms() -> set[str]:
    layers = _configured()["contracts"][1]["layers"]
    return {name.strip(" ()") for layer in layers for name in layer.split("|")}


def test_every_module_lies_in_a_room_of_the_contract() -> None:
    homeless = [
        module.name
        for module in product()
        if module.app not in KITS and module.room not in _rooms() | DJANGOS_OWN
    ]
    assert homeless == []


def test_every_room_of_the_contract_stands_somewhere() -> None:
    assert not _rooms() - {module.room for module in product()} - {"admin"}


def test_no_module_is_named_for_nothing() -> None:
    assert not [m.name for m in everything() if {*m.path.parts, m.path.stem} & SAYS_NOTHING]


def test_no_http_below_the_views() -> None:
    found = [
        f"{module.name}:{line} {name}"
        for module in product()
        if module.room not in HTTP_ROOMS and module.name not in HTTP_KIT
        for line, name in module.imports()
        if name.startswith(("django.http", "django.shortcuts", "rest_framework"))
    ]
    assert found == []


def test_views_ask_selectors_and_services_and_never_the_tables() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in product()
        if module.room in {"views", "api"}
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}
    ]
    assert found == []


def _writes_status(node: ast.AST) -> TypeGuard[ast.stmt | ast.expr]:
    """An assignment to `x.status`, or `update(status=...)`."""
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Attribute) and t.attr == "status" for t in node.targets)
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return isinstance(node.target, ast.Attribute) and node.target.attr == "status"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        named = {keyword.arg for keyword in node.keywords}
        return node.func.attr in {"update", "aupdate"} and "status" in named
    return False


def test_only_machines_write_a_status() -> None:
    found = [
        f"{module.name}:{node.lineno}"
        for module in product()
        if module.room != "machine" and not _is_response_code(module)
        for node in module.nodes
        if _writes_status(node)
    ]
    assert found == []


def _is_response_code(module: Module) -> bool:
    """In views and the API, `status` is HTTP's."""
    return module.room in {"views", "api", "web"}


def test_guardian_is_spoken_to_in_one_place_a_tenant_root() -> None:
    found = [
        f"{module.name}:{line}"
        for module in product()
        for line, name in module.imports()
        if name.split(".")[0] == "guardian" and not GUARDIAN.fullmatch(module.name)
    ]
    assert found == []


def test_there_is_one_clock() -> None:
    asks_time = re.compile(
        r"timezone\.(now|localdate|localtime)\(|datetime\.(now|utcnow|today)\(|date\.today\("
    )
    found = [
        f"{module.name}:{number}"
        for module in product()
        if module.name != "core/clock.py"
        for number, line in enumerate(module.text.splitlines(), 1)
        if asks_time.search(line)
    ]
    assert found == []


def test_the_design_systems_classes_stand_in_components_alone() -> None:
    marked = re.compile(r"class=[\"'][^\"']*\busa-")
    pages = [p for p in tracked() if p.suffix == ".html" and ROOT / "templates" in p.parents]
    assert pages
    found = [
        path.relative_to(ROOT).as_posix()
        for path in pages
        if ROOT / "templates" / "cotton" not in path.parents and marked.search(path.read_text())
    ]
    assert found == []


def test_python_writes_no_classes_of_the_design_system() -> None:
    rooms = {"templatetags", "forms"}
    found = [m.name for m in product() if "usa-" in m.text and m.room not in rooms]
    assert found == []
