"""The summaries of several C-TPAT accounts as one ZIP file, which the worker makes (ADR 24)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.utils.translation import ngettext

from core.access import Access
from documents.models import Package
from documents.services.packages import MadeEntry, request_package
from files.models import Rendering
from security_models.models import SecurityModel
from security_profile.services.summary import working_document

#: The kind of these parts in the row of a ZIP file.
SUMMARY = "summary"
#: So many summaries one ZIP file holds: each PDF is made anew if the profile has changed.
MOST_SUMMARIES = 200


def summary_of(access: Access) -> Rendering:
    """The summary of the C-TPAT account of the access; the person must be able to read it."""
    return working_document(access.security_model, access)


def request_summaries(*, actor: Access, models: Iterable[SecurityModel], key: uuid.UUID) -> Package:
    """Ask for a ZIP file with the summary of each of these accounts, which the actor has just seen.

    The worker asks for the actor's right to each at the moment when it is put in.
    """
    entries = [
        MadeEntry(one.pk, SUMMARY, f"{one.trade_account.name} {one.reference}") for one in models
    ]
    words = ngettext(
        "Summary of %(n)s C-TPAT account", "Summaries of %(n)s C-TPAT accounts", len(entries)
    )
    title = words % {"n": len(entries)}
    return request_package(actor=actor, title=title, entries=entries, key=key)
