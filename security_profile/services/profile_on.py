"""The PDF of the approved profile as it stood on a date (P7)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope
from core.access import Access
from core.days import day as in_words
from files.models import Rendering
from files.services import request_rendering
from security_models.policies import P
from security_profile.policies import VIEW
from security_profile.presentation import profile_on_document
from security_profile.presentation.version_pages import application_on
from security_profile.selectors.versions import approval_on, approvals_of, standing_after


@transaction.atomic
def profile_on_document_of(actor: Access, day: dt.date) -> Rendering | None:
    """The document of a program date; None if nothing was in force on it."""
    if not actor.has(VIEW):
        actor.require(P.REVIEW)
    model = actor.security_model
    approval = approval_on(approvals_of(model), day)
    if approval is None:
        return None
    application = application_on(standing_after(model, approval))
    as_of = _("%(day)s (Eastern Time)") % {"day": in_words(day)}
    approved = _("%(reference)s, approved on %(day)s by %(name)s")
    about = {"reference": approval.reference, "day": in_words(approval.on), "name": approval.by}
    facts = [
        [_("Company"), application["account"]],
        [_("C-TPAT account"), application["reference"]],
        [_("Criteria set"), application["criteria_set"]],
        [_("As of"), as_of],
        [_("In force"), approved % about],
    ]
    title = _("Security profile of %(reference)s on %(day)s")
    return request_rendering(
        kind=profile_on_document.KIND,
        title=title % {"reference": application["reference"], "day": in_words(day)},
        scope=model_scope(model.pk),
        content={"application": application, "facts": facts, "as_of": as_of},
    )
