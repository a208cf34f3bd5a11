"""The Partner Library of a company of the demonstration, as both sides use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from core import clock
from core.access import Access
from core.ids import new_id
from documents.checks.details import Details
from documents.models import Document
from documents.services import add_document, moves, tags, versions
from portal.demo import stage
from portal.demo.cast import Company, Person
from portal.demo.papers import Paper, print_papers
from security_models.models import SecurityModel

Days = Callable[[int], AbstractContextManager[None]]

#: (name, title, what it says)
LETTER = Paper(
    "certification-letter.pdf",
    "Letter on certification",
    ["Your security profile was approved. Keep it current, and review it every year."],
)
LICENSE = Paper(
    "broker-license.pdf",
    "Customs broker license",
    ["The license is valid for one year. It names the person who holds it."],
)
FLYER = Paper(
    "visitor-flyer.pdf",
    "Flyer for visitors",
    ["Visitors sign in at the gate and wear their badge where it can be seen."],
)


def fill(company: Company, specialist: Person, model: SecurityModel, days: Days) -> None:
    """A letter from CBP, a license that expires soon and was renamed, an archived flyer, tags."""
    officer = stage.actor(stage.register(company.people[0][0]), model)
    staff = stage.actor(stage.register(specialist), model)
    with days(30):
        letter, license_file, flyer = print_papers([LETTER, LICENSE, FLYER], clock.today())
        add_document(
            actor=staff,
            model=model,
            upload=letter,
            details=Details(LETTER.title, "program_letter", language="en"),
            key=new_id(),
        )
        held = add_document(
            actor=officer, model=model, upload=license_file, details=_license("License")
        ).document
        old = add_document(
            actor=officer, model=model, upload=flyer, details=Details(FLYER.title, "other")
        ).document
    with days(10):
        versions.change_details(
            actor=officer,
            model=model,
            document_id=held.pk,
            version=1,
            details=_license(LICENSE.title),
        )
        moves.move_document(actor=officer, model=model, document_id=old.pk, move="archive")
    with days(9):
        _tag(officer, model, held)
    stage.scan_all()


def _license(title: str) -> Details:
    """A license that expires in two months."""
    today = clock.today()
    return Details(
        title,
        "license",
        "The license of our broker. A renewed one comes every year.",
        "en",
        today - dt.timedelta(days=280),
        today + dt.timedelta(days=85),
    )


def _tag(officer: Access, model: SecurityModel, license_of: Document) -> None:
    """Words that all contacts share, and one of the Officer's own."""
    for word, shared in (("renew every year", True), ("ask Tobias", False)):
        tags.tag_documents(
            actor=officer, model=model, documents=[license_of.pk], word=word, shared=shared
        )
