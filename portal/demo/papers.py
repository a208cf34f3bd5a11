"""The documents that companies of the demonstration attach: real PDFs, laid out together.

Layout is the expensive part, and most of it is the same for every page. So all documents of a
company are printed as one, which is then cut into one file for each page.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from core.pdf import make_pdf


@dataclass(frozen=True)
class Paper:
    """The title of a document, and what it says, paragraph by paragraph. It fits on one page."""

    name: str
    title: str
    texts: Sequence[str]


def proved_together(codes: list[str]) -> list[list[str]]:
    """The criteria of a category share a document, as in a company's handbook."""
    return [list(shared) for _number, shared in groupby(codes, lambda code: code.split(".")[0])]


def print_papers(papers: Sequence[Paper], day: dt.date) -> list[SimpleUploadedFile]:
    """A PDF of one page for each document, with that date, as a contact would upload it."""
    if not papers:
        return []
    context = {"doc_title": papers[0].title, "papers": papers, "day": day}
    printed = make_pdf("demo/papers.html", {**context, "draft": False})
    with pikepdf.open(io.BytesIO(printed)) as together:
        pages = zip(papers, together.pages, strict=True)
        return [_upload(paper, page) for paper, page in pages]


def _upload(paper: Paper, page: pikepdf.Page) -> SimpleUploadedFile:
    """One page as a separate document; the tags stay with the document that it was cut from."""
    with pikepdf.new() as document:
        document.pages.append(page)
        del document.pages[0].obj["/StructParents"]
        document.docinfo["/Title"] = paper.title
        content = io.BytesIO()
        document.save(content, deterministic_id=True)
    return SimpleUploadedFile(paper.name, content.getvalue(), content_type="application/pdf")
