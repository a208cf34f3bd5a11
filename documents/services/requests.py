"""Asks a company for a document until a day; the company answers with an upload (D6)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.days import day
from core.errors import NotVisible, Problem, Refused, refusal, refuse
from core.text import one_line
from documents import page_links
from documents.checks.details import Details
from documents.checks.requests import Wanted, due_problems, reason_problems, wanted_problems
from documents.machine import REQUEST
from documents.models import Document, DocumentRequest, DocumentType, DocumentVersion
from documents.policies import P
from documents.selectors import reusable
from documents.selectors.documents import USABLE, same_newest
from documents.selectors.requests import documents_for
from documents.services.library import (
    Place,
    add_document,
    lock_library,
    require_library,
    tag_place,
)
from documents.services.reminding import remind_contacts
from documents.states import AddedBy, PlaceKind, RequestStatus
from files.models import StoredFile
from files.services import sha256_of
from notifications.services.sending import notify
from security_models.models import SecurityModel

REQUESTED, ANSWERED = "document.requested", "document.request_answered"
CANCELED, DUE = "document.request_canceled", "document.request_due"
#: How long a company has by default.
CLOCK = "document_request"


# --- staff ----------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_document(
    *, actor: Access, model: SecurityModel, form_key: uuid.UUID, wanted: Wanted
) -> DocumentRequest:
    """Ask the contacts of an account for a document; a second click makes no second request."""
    _require_staff(actor, model)
    before = made_before(
        DocumentRequest, form_key, asked_by_id=actor.user_id, security_model_id=model.pk
    )
    if before is not None:
        return before
    refuse([*wanted_problems(wanted, clock.today()), *_type_problems(wanted.type_code)])
    now = clock.now()
    request = DocumentRequest(
        pk=form_key,
        security_model=model,
        title=one_line(wanted.title).strip(),
        why=wanted.why.strip(),
        type_id=wanted.type_code or None,
        due_on=wanted.due_on,
        status_at=now,
        status_by_name=actor.name,
        asked_at=now,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
    )
    request.save(force_insert=True)
    REQUEST.begin(request, actor=actor)
    _record("requested", actor, request, due=day(request.due_on))
    _tell_company(REQUESTED, request, due_date=request.due_on, again=False, blocked=False)
    return request


@transaction.atomic
def ask_again(
    *,
    actor: Access,
    model: SecurityModel,
    request_id: uuid.UUID,
    reason: str,
    due_on: dt.date,
) -> DocumentRequest:
    """Say why the answer is not what was asked for, and until when it is asked for again; a second
    click does nothing.
    """
    _require_staff(actor, model)
    request = _locked(model, request_id)
    if request.status == RequestStatus.OPEN and (request.said, request.due_on) == (
        reason.strip(),
        due_on,
    ):
        return request
    refuse([*reason_problems(reason), *due_problems(due_on, clock.today())])
    REQUEST.apply(
        "ask_again",
        request,
        actor=actor,
        reason=reason,
        due_on=due_on,
        **_changed(actor, request, reason),
    )
    _record("requested_again", actor, request, due=day(due_on), reason=reason)
    _tell_company(REQUESTED, request, due_date=due_on, again=True, blocked=False)
    return request


@transaction.atomic
def cancel_request(
    *, actor: Access, model: SecurityModel, request_id: uuid.UUID, reason: str
) -> DocumentRequest:
    """End a request that needs no answer any longer; a second click does nothing."""
    _require_staff(actor, model)
    request = _locked(model, request_id)
    if request.status == RequestStatus.CANCELED:
        return request
    refuse(reason_problems(reason))
    REQUEST.apply("cancel", request, actor=actor, reason=reason, **_changed(actor, request, reason))
    _record("request_canceled", actor, request, reason=reason)
    _tell_company(CANCELED, request)
    return request


# --- the company ----------------------------------------------------------------------------------


@transaction.atomic
def answer_request(
    *,
    actor: Access,
    model: SecurityModel,
    request_id: uuid.UUID,
    form_key: uuid.UUID,
    upload: File[bytes] | None = None,
    details: Details | None = None,
    version_id: uuid.UUID | None = None,
) -> DocumentRequest:
    """Answer with a file, which goes to the library, or with a document that is there.

    A file that is the newest version of a document in the library is that document. More can be
    added to a request that is answered; the same document is added once. Raises Refused; then
    nothing is stored.
    """
    require_library(actor, model)
    lock_library(model)
    if upload is not None and details is not None:
        there = same_newest(model, sha256_of(upload))
    else:
        there = _chosen(model, version_id)
    if there is not None:
        _keep_usable(there)
    request = _locked(model, request_id)
    if actor.is_staff:
        refuse(REQUEST.problems("answer", request, actor))
    if request.status == RequestStatus.CANCELED:
        raise refusal("canceled", _("CBP canceled this request. Nothing was added."))
    place = Place(PlaceKind.REQUEST, str(request.pk))
    document = there
    if document is None:
        assert upload is not None and details is not None  # noqa: S101 - nothing else was sent
        made = add_document(actor=actor, model=model, upload=upload, details=details, key=form_key)
        document = made.document
    is_new = not document.places.filter(kind=place.kind, key=place.key).exists()
    tag_place(document, place)
    if request.status == RequestStatus.OPEN:
        REQUEST.apply("answer", request, actor=actor, **_changed(actor, request, request.said))
    if is_new:
        _record("request_answered", actor, request, document=document.title)
        notify(
            ANSWERED,
            scope=model_scope(model.pk),
            about=model,
            url=page_links.request_page(request, is_staff=True),
            **_named(request),
            document=document.title,
        )
    return request


def _keep_usable(document: Document) -> None:
    """Refuse a file that was blocked meanwhile, and let none be blocked until this act is done: the
    check then finds the request that it answers. The file is locked before the request, as the
    check does.
    """
    files = StoredFile.objects.select_for_update(no_key=True)
    if files.get(pk=document.newest.file_id).state not in USABLE:
        raise refusal("blocked", _("This file was blocked just now. Choose another one."), "file")


def _chosen(model: SecurityModel, version_id: uuid.UUID | None) -> Document:
    found = reusable(model).filter(pk=version_id).first() if version_id is not None else None
    if found is None:
        words = _("Choose a file, or a document of the library.")
        raise Refused("file", [Problem("file", words, "file")])
    return found.document


# --- the check of files ---------------------------------------------------------------------------


def reopen_for_blocked(actor: Access, file: StoredFile) -> None:
    """Open the requests again that this file answered, because nobody can open it (D5). A request
    with another document that can be opened stays answered; one whose day is over gets a new one.
    """
    found = DocumentVersion.objects.filter(file=file, document__current=F("pk"))
    for document in Document.objects.filter(pk__in=found.values("document")).order_by("pk"):
        keys = document.places.filter(kind=PlaceKind.REQUEST).values_list("key", flat=True)
        rows = DocumentRequest.objects.select_for_update(of=("self",), no_key=True)
        rows = rows.select_related("security_model__trade_account").order_by("pk")
        for request in rows.filter(pk__in=list(keys), status=RequestStatus.ANSWERED):
            if not any(one.newest.file.state in USABLE for one in documents_for(request)):
                _reopen(actor, request, document)


def _reopen(actor: Access, request: DocumentRequest, document: Document) -> None:
    today = clock.today()
    due_on = request.due_on if request.due_on >= today else clock.clock(CLOCK).due(today)
    changed = _changed(actor, request, request.said)
    REQUEST.apply("reopen", request, actor=actor, due_on=due_on, **changed)
    _record("request_reopened", actor, request, document=document.title)
    _tell_company(REQUESTED, request, due_date=due_on, again=False, blocked=True)


# --- the clock ------------------------------------------------------------------------------------


def remind_of_request(request: DocumentRequest, due_on: dt.date, offset: int) -> bool:
    """Remind the contacts of a request, once for each offset and day; whether someone was."""
    page = page_links.request_page(request, is_staff=False)
    return remind_contacts(DUE, request, due_on, offset, page)


# --- parts of these -------------------------------------------------------------------------------


def _require_staff(actor: Access, model: SecurityModel) -> None:
    actor.require(P.EXCHANGE)
    if actor.security_model.pk != model.pk:
        raise NotVisible("security_model")


def _locked(model: SecurityModel, request_id: uuid.UUID) -> DocumentRequest:
    rows = DocumentRequest.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("security_model__trade_account")
    request = rows.filter(pk=request_id, security_model=model).first()
    if request is None:
        raise NotVisible("document request")
    return request


def _type_problems(code: str) -> list[Problem]:
    known = DocumentType.objects.filter(pk=code, added_by=AddedBy.PARTNER)
    if not code or ("\x00" not in code and known.exists()):
        return []
    return [Problem("type_code", _("Choose what kind of document it is."), "type_code")]


def _changed(actor: Access, request: DocumentRequest, said: str) -> dict[str, Any]:
    return {
        "status_at": clock.now(),
        "status_by_name": actor.name,
        "said": said.strip(),
        "version": request.version + 1,
    }


def _named(request: DocumentRequest) -> dict[str, Any]:
    """What every notice says of a request."""
    model = request.security_model
    return {
        "account": model.trade_account.name,
        "reference": model.reference,
        "title": request.title,
    }


def _tell_company(code: str, request: DocumentRequest, **more: Any) -> None:
    notify(
        code,
        scope=model_scope(request.security_model_id),
        about=request.security_model,
        url=page_links.request_page(request, is_staff=False),
        **_named(request),
        **more,
    )


def _record(what: str, actor: Access, request: DocumentRequest, **more: object) -> None:
    record(
        f"documents.{what}",
        actor=actor,
        scope=model_scope(request.security_model_id),
        subject=("document_request", request.pk),
        title=request.title,
        **more,
    )
