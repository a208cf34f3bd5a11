"""Kinds of documents that the worker makes from canonical data; each names its template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Prepare = Callable[[dict[str, Any]], dict[str, Any]]
Kept = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Kind:
    """A kind of document: its template, and the function that prepares its content.

    ``prepare`` gets the canonical content and returns the template's context; without it, the
    content's own keys are the context. It must be pure: the same content gives the same bytes.
    ``of_record`` tells whether a document of that content must be kept (a submission, a signed
    copy) or may be deleted and made again (a print of the current state); without it, every one is
    of record.
    """

    code: str
    template: str
    prepare: Prepare | None = None
    of_record: Kept | None = None


_kinds: dict[str, Kind] = {}


def register(
    code: str, template: str, prepare: Prepare | None = None, of_record: Kept | None = None
) -> None:
    """Register a kind; apps call this from ``AppConfig.ready``."""
    _kinds[code] = Kind(code, template, prepare, of_record)


def kind(code: str) -> Kind:
    """The registered kind. An unknown one raises, so that no request waits forever."""
    return _kinds[code]


def kinds() -> list[Kind]:
    """Every registered kind, for the tests that render each."""
    return list(_kinds.values())


def context_of(code: str, title: str, content: dict[str, Any]) -> dict[str, Any]:
    """The context of the template of a kind."""
    prepare = kind(code).prepare
    prepared = prepare(content) if prepare else content
    return {"doc_title": title, **prepared, "content": content}
