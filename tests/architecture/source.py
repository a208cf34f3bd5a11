"""The product's source as syntax trees, for the tests that measure it."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STANDS_ALONE = {"reference"}  # its validator travels with the data


@dataclass(frozen=True)
class Module:
    """One Python file of the repository."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root, for messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def app(self) -> str:
        """The first folder of its path."""
        return self.path.relative_to(ROOT).parts[0]

    @property
    def room(self) -> str:
        """Which room of its app it belongs to: a module's own name, or its package's."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return parts[1] if len(parts) > 1 else parts[0]

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every part of its syntax, in the order of ``ast.walk``: many tests ask for them."""
        return list(ast.walk(self.tree))

    def imports(self) -> Iterator[tuple[int, str]]:
        """The full dotted names that it imports, with their lines."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method in it."""
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


@cache
def module_at(path: Path) -> Module:
    """The module in a file: the same for all who ask, so that each is read once."""
    return Module(path)


@cache
def tracked() -> list[Path]:
    """Every file of the repository: known to git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    paths = [ROOT / name for name in listed if name]
    return sorted(path for path in paths if path.is_file() and not path.is_symlink())


@cache
def apps() -> list[str]:
    """The Django apps at the top level."""
    return sorted(path.parent.name for path in ROOT.glob("*/apps.py"))


@cache
def product() -> list[Module]:
    """The apps' modules, migrations left out."""
    found = [path for path in tracked() if path.suffix == ".py"]
    modules = [module_at(path) for path in found if "migrations" not in path.parts]
    return [module for module in modules if module.app in apps()]


@cache
def tooling() -> list[Module]:
    """The modules of devtools and deploy."""
    found = [path for path in tracked() if path.suffix == ".py"]
    return [module for module in map(module_at, found) if module.app in {"devtools", "deploy"}]


@cache
def everything() -> list[Module]:
    """Every Python file except migrations and what is independent; includes tests."""
    found = [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]
    return [module for module in map(module_at, found) if module.app not in STANDS_ALONE]
