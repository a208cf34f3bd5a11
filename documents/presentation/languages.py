"""The languages of documents in words."""

from __future__ import annotations

from documents.checks.details import languages


def language_words(code: str) -> str:
    """The name of a language in that language; the code itself, if nobody knows it."""
    return dict(languages()).get(code, code)
