"""Requests for documents, made through the service or as a row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.access import Access
from core.ids import new_id
from documents.checks.requests import Wanted
from documents.models import DocumentRequest
from documents.services.requests import ask_for_document
from security_models.models import SecurityModel


def ask(specialist: Access, title: str = "Seal log", **more: Any) -> DocumentRequest:
    """A request of the specialist of an account, due in two weeks."""
    wanted = {"due_on": clock.today() + dt.timedelta(days=14), **more}
    return ask_for_document(
        actor=specialist,
        model=specialist.security_model,
        form_key=new_id(),
        wanted=Wanted(title, **wanted),
    )


def asked_for(model: SecurityModel) -> DocumentRequest:
    """A request of the program to an account, as a row without history."""
    now = clock.now()
    return DocumentRequest.objects.create(
        security_model=model,
        title="Seal log",
        due_on=clock.today(),
        status_at=now,
        status_by_name="x",
        asked_at=now,
        asked_by_id=new_id(),
        asked_by_name="x",
    )
