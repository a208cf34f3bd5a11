"""Libraries of accounts that have ended: contacts read them, staff still file there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.access import Access
from core.errors import Refused
from core.ids import new_id
from documents.checks.details import Details
from documents.machine import DOCUMENT
from documents.models import Document
from documents.services import moves, requests, tags, uploads, versions
from documents.services.bulk import Wanted, act_on_documents
from documents.states import BulkAct
from security_models.models import SecurityModel
from security_models.states import ENDED_STATUSES, BusinessTypeStatus, ContactRole
from tests.factories.document_requests import ask
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.profile import make_type
from tests.factories.trade import make_contact

pytestmark = pytest.mark.django_db


def ended(model: SecurityModel, *statuses: str) -> None:
    """Business types of an account in these states."""
    for status, code in zip(statuses, ("importer", "exporter"), strict=False):
        made = make_type(model, code)
        model.business_types.filter(pk=made.pk).update(status=status)


def upload(actor: Access, _document: Document) -> Any:
    return uploads.upload_documents(
        actor=actor,
        model=actor.security_model,
        uploads=[file_of(b"new", "new.txt")],
        details=Details("", "seal_procedure"),
        key=new_id(),
    )


def archive(actor: Access, document: Document) -> Any:
    return moves.move_document(
        actor=actor, model=actor.security_model, document_id=document.pk, move="archive"
    )


def describe(actor: Access, document: Document) -> Any:
    return versions.change_details(
        actor=actor,
        model=actor.security_model,
        document_id=document.pk,
        version=document.version,
        details=Details("New title", "seal_procedure"),
    )


def share_tag(actor: Access, document: Document) -> Any:
    return tags.tag_documents(
        actor=actor,
        model=actor.security_model,
        documents=[document.pk],
        word="Locks",
        shared=True,
    )


ACTS: tuple[Callable[[Access, Document], Any], ...] = (upload, archive, describe, share_tag)


@pytest.mark.parametrize("status", sorted(ENDED_STATUSES))
@pytest.mark.parametrize("role", ContactRole.values)
def test_d6_contacts_of_a_closed_account_change_nothing_in_its_library(
    status: str, role: str
) -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    ended(model, status)
    contact = access_to(model, make_contact(model, role=role).membership.user)
    for act in ACTS:
        with pytest.raises(Refused, match="closed"):
            act(contact, document)
    assert "over" in [one.code for one in DOCUMENT.problems("archive", document, contact)]
    assert Document.objects.get().version == document.version


@pytest.mark.parametrize(
    "statuses",
    [
        [],
        [BusinessTypeStatus.CERTIFIED],
        [BusinessTypeStatus.WITHDRAWN, BusinessTypeStatus.CERTIFIED],
    ],
)
def test_d6_an_account_of_which_something_goes_on_is_not_closed(statuses: list[str]) -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    ended(model, *statuses)
    for act in (upload, share_tag, archive):
        act(officer, document)


def test_d6_staff_still_file_what_belongs_to_a_closed_account() -> None:
    model, _officer, specialist = looked_after()
    ended(model, BusinessTypeStatus.WITHDRAWN)
    letter = add(specialist)
    assert archive(specialist, letter).status == "archived"


def test_d6_a_request_to_a_closed_account_takes_no_answer() -> None:
    model, officer, specialist = looked_after()
    document, request = add(officer), ask(specialist)
    ended(model, BusinessTypeStatus.REMOVED)
    with pytest.raises(Refused, match="closed"):
        requests.answer_request(
            actor=officer,
            model=model,
            request_id=request.pk,
            form_key=new_id(),
            version_id=document.current_id,
        )


def test_d3_an_act_on_many_says_it_for_each_document_of_the_closed_account() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    ended(model, BusinessTypeStatus.WITHDRAWN)
    for wanted in (Wanted(BulkAct.ARCHIVE), Wanted(BulkAct.TAG, "Locks", shared=True)):
        [done] = act_on_documents(actor=officer, documents=[document], wanted=wanted)
        assert "closed" in done.problem
    [own] = act_on_documents(
        actor=officer, documents=[document], wanted=Wanted(BulkAct.TAG, "Mine")
    )
    assert not own.problem


def test_d6_the_pages_of_a_closed_account_offer_no_act_and_say_why() -> None:
    model, officer, specialist = looked_after()
    document, request = add(officer), ask(specialist)
    ended(model, BusinessTypeStatus.WITHDRAWN)
    client = Client()
    client.force_login(officer.user)
    at = [model.trade_account_id, model.pk]
    page = client.get(reverse("documents:document", args=[*at, document.pk]))
    assert "This C-TPAT account is closed" in page.content.decode()
    assert not page.context["may_change"] and not page.context["moves"]
    asked = client.get(reverse("documents:request", args=[*at, request.pk]))
    assert not asked.context["can_answer"]
    assert not client.get(reverse("documents:upload")).context["accounts"]
