"""Reads what the fields of a text become for a partner."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from core import clock
from core.access import Access
from core.days import day
from messages_app.facts.inquiries import reply_by
from messages_app.models import Thread
from messages_app.states import REPLY
from security_models.models import Contact, SecurityModel, StaffAssignment

#: The values of the fields, by their names.
Values = dict[str, str]


def values_for(
    models: Sequence[SecurityModel], access: Access, thread: Thread | None = None
) -> Mapping[uuid.UUID, Values]:
    """The values of the fields for each partner; two statements however many there are.

    Without a Primary POC the company itself is addressed; without a specialist the writer signs.
    ``{reply_by}`` is the day of the open inquiry of ``thread``, or of one that begins today.
    """
    due = reply_by(thread) if thread is not None else None
    due = due or clock.clock(REPLY).due(clock.today())
    contacts = _primary_contacts(models)
    specialists = _specialists(models)
    return {
        model.pk: {
            "company": model.trade_account.name,
            "reference": model.reference,
            "contact": contacts.get(model.pk) or model.trade_account.name,
            "specialist": specialists.get(model.pk) or access.name,
            "reply_by": day(due),
            "today": day(clock.today()),
        }
        for model in models
    }


def _primary_contacts(models: Sequence[SecurityModel]) -> dict[uuid.UUID, str]:
    rows = Contact.objects.filter(security_model__in=models, is_primary_poc=True)
    rows = rows.select_related("membership__user")
    return {one.security_model_id: one.membership.name for one in rows}


def _specialists(models: Sequence[SecurityModel]) -> dict[uuid.UUID, str]:
    rows = StaffAssignment.objects.filter(security_model__in=models, ended_at=None)
    return {one.security_model_id: one.staff.name for one in rows.select_related("staff")}
