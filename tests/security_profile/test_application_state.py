"""The document of an application is always that of its present content, though the content is
composed only when something has changed.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from files.models import Rendering
from security_models.models import SecurityModel, SupportingPaper
from security_models.states import PaperKind
from security_profile.selectors import application_state
from security_profile.selectors.application_state import rows_of_application
from security_profile.services.summary import working_document
from tests.factories.profile import access_to, answer_all, make_document
from tests.factories.trade import make_account, make_model
from tests.security_profile.test_documents import made, place
from tests.security_profile.test_submit import change, reviewed, submit_now
from tests.statements import at_most
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db

_TABLES = re.compile(r'(?:FROM|JOIN) "(\w+)"')
#: Read again only when their stamp changes, or not part of the content.
_STAMPED = {
    "documents_documenttype",
    "security_models_businesstype",
    "security_profile_applicability",
    "security_profile_category",
    "security_profile_criteriaset",
    "security_profile_criterion",
    "security_profile_criterionversion",
}
#: Compared with what is read; what a seal says is not part of the content either.
_FOUND = {"files_rendering", "audit_seal"}


@pytest.fixture
def approved(ready: SecurityModel) -> SecurityModel:
    reviewed(submit_now(ready), {})
    return ready


def document_of(model: SecurityModel) -> Rendering:
    """The document as a new reader gets it."""
    return working_document(model, access_to(model))


def written_anew(row: Model) -> bool:
    """Write what of a row may change; whether there is anything."""
    facts = getattr(row, "frozen", None)
    may_change = [*facts.changes, *facts.written_once] if facts else None
    if may_change == []:
        return False
    row.save(force_update=True, update_fields=may_change)
    return True


def test_the_document_is_made_from_no_table_but_those_of_the_state(approved: SecurityModel) -> None:
    actor = access_to(approved)
    with CaptureQueriesContext(connection) as captured:
        working_document(approved, actor)
    asked = [set(_TABLES.findall(one["sql"])) for one in captured]
    (state,) = [tables for tables in asked if "security_profile_cataloguestamp" in tables][:1]
    assert set().union(*asked) - state <= _STAMPED | _FOUND


def test_every_row_that_is_written_anew_is_another_state(approved: SecurityModel) -> None:
    SupportingPaper.objects.create(
        security_model=approved,
        kind=PaperKind.values[0],
        file=make_document(approved).file,
        added_at=clock.now(),
        added_by_name="Lucero Ontiveros",
    )
    for rows in rows_of_application(approved.pk):
        row = rows.first()
        assert row is not None, rows.model
        before = application_state(approved)
        assert application_state(approved) == before
        if written_anew(row):
            assert application_state(approved) != before, rows.model


def test_what_another_account_writes_is_no_other_state(ready: SecurityModel) -> None:
    before = application_state(ready)
    answer_all(make_model(make_account("Wobblestone Ceramics")))
    assert application_state(ready) == before


def test_a_change_that_is_undone_leads_back_to_the_first_document(ready: SecurityModel) -> None:
    account = ready.trade_account
    first, name = document_of(ready).pk, account.name
    for given, is_first in (("Renamed Goods", False), (name, True)):
        account.name = given
        account.save()
        assert (document_of(ready).pk == first) is is_first
        assert document_of(ready).content["application"]["account"] == given


def test_a_name_that_changes_while_the_document_is_asked_for_is_the_new_one(
    ready: SecurityModel,
) -> None:
    """The request had read the account before its name changed, and the state after."""
    entered = SecurityModel.objects.select_related("trade_account").get(pk=ready.pk)
    TradeAccount.objects.filter(pk=ready.trade_account_id).update(name="Renamed Goods")
    for model in (entered, SecurityModel.objects.get(pk=ready.pk)):
        assert document_of(model).content["application"]["account"] == "Renamed Goods"


def test_a_draft_of_yesterday_is_not_the_draft_of_today(ready: SecurityModel) -> None:
    first = document_of(ready)
    with time_machine.travel(clock.now() + dt.timedelta(days=1), tick=False):
        assert document_of(ready).content["as_of"] != first.content["as_of"]


def test_an_approval_ends_the_draft(ready: SecurityModel) -> None:
    assert document_of(ready).content["is_draft"]
    reviewed(submit_now(ready), {})
    for _twice in range(2):
        assert not document_of(ready).content["is_draft"]
    change(ready, "1.2", "Changed after approval.")
    for _twice in range(2):
        assert document_of(ready).content["is_draft"]


def test_a_document_that_was_deleted_is_made_again(ready: SecurityModel) -> None:
    document_of(ready)
    Rendering.objects.all().delete()
    assert document_of(ready) == Rendering.objects.get()


def test_a_stored_document_needs_six_statements_and_one_more_until_it_was_compared(
    client: Client, ready: SecurityModel
) -> None:
    client.force_login(ready.started_by)
    made(document_of(ready))
    document_of(ready)
    for most in (7, 6):
        with at_most(most):
            answer = client.get(place("summary-pdf", ready))
        assert answer.status_code == 200
        assert b"".join(answer).startswith(b"%PDF")
