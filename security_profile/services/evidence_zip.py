"""All evidence of a security profile as one ZIP file, in a folder for each criterion."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access
from core.text import filled
from documents.models import Package
from documents.services.packages import Entry, request_package
from security_profile.policies import VIEW
from security_profile.selectors.evidence import attached_evidence, submitted_evidence


@transaction.atomic
def zip_evidence(*, actor: Access, key: uuid.UUID) -> Package:
    """Ask for the evidence of the account of the page: for its contacts what is attached now, for
    staff what was submitted last, because drafts are the company's own (P3).
    """
    model = actor.security_model
    if actor.is_staff:
        found = submitted_evidence(model)
    else:
        actor.require(VIEW)
        found = attached_evidence(model)
    words = _("%(account)s %(reference)s: all evidence")
    title = filled(words, account=model.trade_account.name, reference=model.reference)
    entries = [Entry(version, code) for code, version in found]
    return request_package(actor=actor, title=title, entries=entries, key=key)
