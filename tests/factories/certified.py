"""A certified importer, as the services lead there, with a row in each table that holds facts."""

from __future__ import annotations

from typing import Any

from audit.models import Anchor
from core import clock
from messages_app.models import InternalNote, MessageFile
from portal.demo.scenarios import SCENARIOS, people
from security_models.models import SecurityModel, SupportingPaper
from security_models.states import PaperKind
from security_profile.models import AnnualReview
from tests.factories import change_requests, operations, public_documents, svi
from tests.factories.kept import kept
from tests.factories.messages import write
from tests.factories.models import make_file
from tests.factories.profile import access_to


def certified_company() -> SecurityModel:
    """The company; in a test that commits, everyone sees it, a superuser too."""
    return SecurityModel.objects.get(pk=_certified())


def _write_messages(model: SecurityModel) -> None:
    """A message with a file, and a note of staff."""
    thread = write(access_to(model))
    message = thread.messages.get()
    MessageFile.objects.create(
        message=message, security_model=model, file=make_file(model), position=0
    )
    InternalNote.objects.create(
        thread=thread, security_model=model, body="Known.", written_at=clock.now(),
        author_name="Jonah Castellane",
    )  # fmt: skip


@kept
def _certified() -> Any:
    people()
    model = SCENARIOS["certified"].play()
    SupportingPaper.objects.create(
        security_model=model, kind=PaperKind.DEED_OF_INCORPORATION, file=make_file(model),
        added_at=clock.now(), added_by_name="Marguerite Ashdown",
    )  # fmt: skip
    AnnualReview.objects.create(
        security_model=model, due_on=clock.today(), escalated_on=clock.today()
    )
    _write_messages(model)
    change_requests.name_row(model.trade_account, model, "declined")
    public_documents.published()
    svi.proof(model)
    operations.recommended(model)
    Anchor.objects.create(day=clock.real_today(), statement="{}", signature="none")
    return model.pk
