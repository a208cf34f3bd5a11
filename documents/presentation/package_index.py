"""The index of a ZIP file of documents, and the list of hashes that ``sha256sum -c`` reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import clock
from documents.models import DocumentVersion
from documents.presentation.rows import type_words
from files.models import StoredFile

INDEX, HASHES = "index.html", "SHA256SUMS.txt"


@dataclass(frozen=True)
class Line:
    """One document of a ZIP file: what is known of it, and why it was left out, if it was."""

    title: str
    folder: str
    path: str = ""
    problem: str = ""
    type: str = ""
    file_name: str = ""
    size: int = 0
    sha256: str = ""
    number: int = 0
    added_at: dt.datetime | None = None
    added_by: str = ""
    evidence_on: dt.date | None = None
    expires_on: dt.date | None = None

    @classmethod
    def of(cls, entry: dict[str, str]) -> Line:
        """What the wish for a ZIP file says of a document."""
        return cls(entry["title"], entry["folder"])

    def found(self, version: DocumentVersion, path: str) -> Line:
        """The same with what was read, and where it is in the ZIP file."""
        document = version.document
        return replace(
            self,
            title=version.title,
            path=path,
            type=type_words(document),
            file_name=version.file.name,
            size=version.file.size,
            sha256=version.file.sha256,
            number=version.number,
            added_at=version.created_at,
            added_by=version.created_by_name,
            evidence_on=document.evidence_on,
            expires_on=document.expires_on,
        )

    def made(self, file: StoredFile, path: str) -> Line:
        """The same for a document that the portal made."""
        return replace(
            self,
            path=path,
            type=_("Made by the portal"),
            file_name=file.name,
            size=file.size,
            sha256=file.sha256,
        )

    @property
    def href(self) -> str:
        """The path as a link in the index."""
        return quote(self.path)


def index_page(title: str, name: str, lines: Iterable[Line]) -> str:
    """The index as a page that opens without the portal; what was left out comes first."""
    shown = list(lines)
    context = {
        "title": title,
        "name": name,
        "made_at": clock.now(),
        "lines": [one for one in shown if not one.problem],
        "left_out": [one for one in shown if one.problem],
        "has_folders": any(one.folder for one in shown),
        "hashes": HASHES,
    }
    return render_to_string("documents/package_index.html", context)


def hash_list(lines: Iterable[Line], of_index: str) -> str:
    """One line for each file, as ``sha256sum`` writes them; also for the index."""
    rows = [(one.sha256, one.path) for one in lines if one.path]
    return "".join(f"{digest}  {path}\n" for digest, path in [*rows, (of_index, INDEX)])
