"""Two answers compared for a page: words, Not Applicable, evidence (P7)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.differences import Budget, Difference, compare
from security_profile.facts.approvals import evidence_changes
from security_profile.facts.criterion_answers import Answer, answer_text


class Places(Protocol):
    """The addresses that a reader can open: partners and staff have their own pages."""

    def document(self, version_id: str) -> str:
        """A version of a document."""

    def submission(self, submission_id: uuid.UUID) -> str:
        """A submission."""

    def versions(self, code: str) -> str:
        """The versions of a criterion."""

    def profile_on(self, day: str) -> str:
        """The profile as it stood on a date."""


@dataclass(frozen=True)
class Side:
    """One of two answers to compare."""

    text: str
    not_applicable: bool
    evidence: Sequence[Mapping[str, Any]]


#: What an answer is compared with that was not there before.
NOTHING = Side("", False, ())


def side_of(row: Any) -> Side:
    """An approved version, or the working copy."""
    files = [one.frozen() for one in row.evidence] if isinstance(row, Answer) else row.evidence
    return Side(answer_text(row), row.not_applicable, files)


@dataclass(frozen=True)
class FileLine:
    """A file of evidence; ``url`` is empty if it can't be opened, ``change`` added or removed."""

    title: str
    note: str
    url: str
    change: str = ""


@dataclass(frozen=True)
class AnswerChange:
    """What a page shows of two answers."""

    after: Side
    difference: Difference
    files: list[FileLine]
    kind: str

    @property
    def words(self) -> str:
        """How much of the text changed."""
        return difference_words(self.difference)


def answer_change(
    before: Side,
    after: Side,
    places: Places,
    clean: Collection[str],
    budget: Budget | None = None,
) -> AnswerChange:
    """The change from one answer to another; ``clean`` are the documents that can be opened."""
    changed = evidence_changes(before.evidence, after.evidence)
    return AnswerChange(
        after=after,
        difference=compare(before.text, after.text, budget),
        files=[file_line(one, places, clean, change) for one, change in changed],
        kind=_kind_words(before, after),
    )


def file_line(
    file: Mapping[str, Any], places: Places, clean: Collection[str], change: str = ""
) -> FileLine:
    """A file of evidence with its link."""
    size = filesizeformat(file["size"])
    note = f"{file['name']}, {size}" if file["name"] != file["title"] else size
    url = places.document(file["version"]) if file["version"] in clean else ""
    return FileLine(file["title"], note, url, change)


def files_of(*evidence: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of the versions of documents in some lists of evidence."""
    return {file["version"] for files in evidence for file in files}


def _kind_words(before: Side, after: Side) -> str:
    if before is NOTHING or before.not_applicable == after.not_applicable:
        return ""
    if after.not_applicable:
        return _("It was answered before. Now it is Not Applicable, with a reason.")
    return _("It was Not Applicable before. Now it is answered.")


def difference_words(difference: Difference) -> str:
    """How much changed, in words."""
    if not difference.is_changed:
        return _("The text is the same.")
    added = ngettext("%(n)s word added", "%(n)s words added", difference.added)
    removed = ngettext("%(n)s removed", "%(n)s removed", difference.removed)
    counts = (added % {"n": difference.added}, removed % {"n": difference.removed})
    return _("%(added)s, %(removed)s.") % dict(zip(("added", "removed"), counts, strict=True))
