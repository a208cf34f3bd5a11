"""The documents are true: generated pages, lists, links and commands."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands

from core.providers import Provider
from devtools.bench.report import GOALS
from tests.architecture.source import ROOT, apps, product, tracked

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = [path for path in tracked() if path.suffix == ".md"]


def _rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its header row."""
    below = page[page.index(f"\n## {heading}") :]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found, heading
    lines = found[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _asked_for() -> set[str]:
    """Every package that someone chose: those of the .in files and of package.json."""
    names: set[str] = set()
    for path in (ROOT / "requirements").glob("*.in"):
        names |= set(re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", path.read_text(), re.MULTILINE))
    package = json.loads((ROOT / "package.json").read_text())
    return names | set(package.get("dependencies", {})) | set(package.get("devDependencies", {}))


def test_the_readme_says_what_every_package_is_for() -> None:
    rows = _rows(README, "Dependencies")
    assert {name.strip() for row in rows for name in row[0].split(",")} == _asked_for()
    assert all(row[1] for row in rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_left_of_a_conflict(page: Path) -> None:
    assert not re.search(r"^(<{7}|={7}|>{7})(\s|$)", page.read_text("utf-8"), re.MULTILINE)


def test_paths_named_in_the_documents_exist() -> None:
    looks_like_a_path = re.compile(
        r"`((?:docs|devtools|deploy|portal|requirements|templates|tests|static|reference|locale"
        r"|core|identity|files|audit|notifications|reviews|security_profile|security_models)"
        r"/[\w./-]*)`"
    )
    missing = [
        f"{page.name}: {name}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for name in looks_like_a_path.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_the_picture_of_the_readme_is_light() -> None:
    picture = ROOT / "docs" / "images" / "criterion.png"
    assert 10_000 < picture.stat().st_size < 200_000


def test_the_page_of_life_cycles_is_what_the_tables_say() -> None:
    call_command("states_doc", "--check")


def test_every_provider_is_listed_with_the_module_that_declares_it() -> None:
    declared = {}
    for module in product():
        for node in module.nodes:
            if isinstance(node, ast.Call) and ast.unparse(node.func).split("[")[0] == "Provider":
                declared[ast.literal_eval(node.args[0])] = module.name
    assert set(declared) == set(Provider.registry)
    listed = {}
    for names, where, *_ in _rows(ARCHITECTURE, "Ways up: providers"):
        for name in re.findall(r"`(\w+)`", names):
            listed[name] = where.strip("`").replace(".", "/") + ".py"
    assert declared.items() <= listed.items()


def test_every_app_has_its_row_in_the_architecture() -> None:
    floors = " ".join(row[1] for row in _rows(ARCHITECTURE, "Floors"))
    assert set(re.findall(r"`(\w+)`", floors)) == set(apps())


def test_names_in_the_glossary_exist() -> None:
    """`Name` and `app.Name` are classes, `app.name` is a module, function or app of ours."""
    defined: set[str] = set()
    for module in product():
        for node in module.nodes:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                defined.add(node.name)
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                defined |= {target.id for target in targets if isinstance(target, ast.Name)}
    unknown = []
    for names in re.findall(r"\|\s*([^|]*)\|$", GLOSSARY, re.MULTILINE):
        for name in re.findall(r"`([\w.]+)`", names):
            last = name.split(".")[-1]
            if last not in defined and last not in apps():
                unknown.append(name)
    assert unknown == []


def _read_by_the_settings() -> set[str]:
    """Every variable that the environment may give to production."""
    found = set()
    for name in ("base", "jobs", "production"):
        text = (ROOT / "portal" / "settings" / f"{name}.py").read_text()
        found |= set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_0-9]+)\"", text))
    server = (ROOT / "deploy" / "gunicorn.conf.py").read_text()
    found |= set(re.findall(r"environ\.get\(\"([A-Z_]+)\"", server))
    compose = (ROOT / "docker-compose.yml").read_text()
    return found | set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", compose))


def test_operators_read_about_every_setting_and_no_other() -> None:
    rows = _rows(OPERATORS, "Settings")
    listed = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row[0])}
    assert listed == _read_by_the_settings() | {"DJANGO_SETTINGS_MODULE"}


def test_operators_read_about_everything_that_readyz_names() -> None:
    health = (ROOT / "portal" / "health.py").read_text()
    named = set(re.findall(r"^        \"(\w+)\": _", health, re.MULTILINE))
    sweeps = re.search(r"^SWEEPS = \(([^)]*)\)", health, re.MULTILINE)
    assert named and sweeps
    named |= {f"sweep_{name}" for name in re.findall(r"\"(\w+)\"", sweeps[1])}
    assert [name for name in sorted(named) if f"`{name}`" not in OPERATORS] == []


def test_operators_read_about_every_job_of_beat() -> None:
    jobs = {row[0].strip("`") for row in _rows(OPERATORS, "Worker and beat")}
    assert jobs == set(settings.CELERY_BEAT_SCHEDULE)


def test_commands_named_in_the_documents_exist() -> None:
    known = set(get_commands())
    named = {
        name
        for page in PAGES
        for name in re.findall(r"manage(?:\.py)? ([a-z_]{4,})", page.read_text(encoding="utf-8"))
    }
    assert named - known == set()
    ours = {
        name
        for name, app in get_commands().items()
        if isinstance(app, str) and app.split(".")[0] in apps() and app != "portal.demo"
    }
    assert [name for name in sorted(ours) if f"`manage.py {name}" not in OPERATORS] == []


def test_every_promise_about_people_names_tests_that_exist() -> None:
    headings = re.findall(r"^## (.+)$", SECURITY, re.MULTILINE)
    broken = []
    for heading in headings:
        for promise, named in _rows(SECURITY, heading):
            found = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", named)
            missing = [test for path, test in found if not _defines(ROOT / path, test)]
            if not found or missing:
                broken.append((heading, promise, missing))
    assert broken == []


def _defines(path: Path, test: str) -> bool:
    return path.exists() and f"def {test}(" in path.read_text(encoding="utf-8")


def test_the_version_of_python_in_the_readme_is_the_one_that_is_needed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f"Python {project['requires-python'].removeprefix('>=')}" in README


def test_the_goals_are_those_that_the_benchmark_holds_against_its_figures() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")

    def number(cell: str) -> float | None:
        return float(Fraction(cell.removesuffix(" ms"))) if cell else None

    listed = {row[0]: tuple(number(cell) for cell in row[1:]) for row in _rows(page, "Goals")}
    assert listed == GOALS


def test_the_guide_uses_the_words_of_the_screens() -> None:
    """Words in italics appear in a template or in the Python of a page."""
    guide = (ROOT / "docs" / "users.md").read_text(encoding="utf-8")
    screens = [p for p in tracked() if ROOT / "templates" in p.parents]
    said = "\n".join([p.read_text(encoding="utf-8") for p in screens] + [m.text for m in product()])
    quoted = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", guide)
    unsaid = [
        words for words in quoted if not all(part.strip() in said for part in words.split("…"))
    ]
    assert quoted and unsaid == []


def test_each_decision_has_a_number_of_its_own() -> None:
    folder = ROOT / "docs" / "adr"
    titles = {path.name: path.read_text("utf-8").split("\n")[0] for path in folder.glob("*.md")}
    numbers = sorted(int(name[:4]) for name in titles)
    assert numbers == list(range(1, len(numbers) + 1))
    assert [name for name in titles if not titles[name].startswith(f"# {int(name[:4])}. ")] == []
