"""The Partner Library of a company of the demonstration, as both sides use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

from core import clock
from core.access import Access
from core.ids import new_id
from documents.checks.details import Details
from documents.checks.requests import Wanted
from documents.models import Document
from documents.selectors import library_of
from documents.services import add_document, moves, tags, versions
from documents.services.package_making import make_package
from documents.services.packages import Entry, request_package
from documents.services.requests import answer_request, ask_for_document
from portal.demo import stage
from portal.demo.cast import Company, Person
from portal.demo.papers import Paper, print_papers
from security_models.models import SecurityModel
from trade_accounts.services.saved_views import save_view

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
#: The title of a ZIP file.
ZIP = "Thistlewick Home Goods: library"
#: The name of a saved view.
VIEW = "Not used anywhere"

LOG = Paper(
    "seal-log.pdf",
    "Seal log of the last quarter",
    ["Each seal has a number, the container that it closed, and the person who set it."],
)
#: The document that CBP still waits for.
ASKED = "Inspection checklists of October"
ASKED_WHY = "Five filled-in checklists are enough. Each must be signed."


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
    _ask(officer, staff, model, days)
    stage.scan_all()
    _zip(officer)
    save_view(
        actor=officer, name=VIEW, path="/documents/", query="use=unused", shared=False, key=new_id()
    )


def _zip(officer: Access) -> None:
    """A ZIP file of what is in the library, as it is handed over."""
    versions_of_it = library_of(officer.security_model)
    package = request_package(
        actor=officer,
        title=ZIP,
        entries=[Entry(one) for one in versions_of_it],
        key=new_id(),
    )
    make_package(package.pk)


def _ask(officer: Access, staff: Access, model: SecurityModel, days: Days) -> None:
    """CBP asked for two documents: one was uploaded, one is due in some days."""
    today = clock.today()
    log = print_papers([LOG], today)[0]
    with days(20):
        wanted = Wanted(LOG.title, today - dt.timedelta(days=6), type_code="seal_log")
        asked = ask_for_document(actor=staff, model=model, form_key=new_id(), wanted=wanted)
    with days(15):
        answer_request(
            actor=officer,
            model=model,
            request_id=asked.pk,
            form_key=new_id(),
            upload=log,
            details=Details(LOG.title, "seal_log", language="en"),
        )
    with days(6):
        wanted = Wanted(ASKED, today + dt.timedelta(days=8), ASKED_WHY, "inspection_checklist")
        ask_for_document(actor=staff, model=model, form_key=new_id(), wanted=wanted)


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
