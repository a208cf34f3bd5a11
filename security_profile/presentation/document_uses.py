"""Where documents are used here: as evidence of a criterion, and in an annual review (D2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.links import path_to
from documents.providers.uses import Use, used_versions, uses
from security_models.models import SecurityModel
from security_profile.models import AnnualReview, EvidenceLink
from security_profile.presentation.profile_rows import criterion_url, page_url


def _evidence(access: Access, versions: list[uuid.UUID]) -> list[Use]:
    """The criteria to which versions are attached now."""
    model = access.security_model
    rows = EvidenceLink.objects.filter(
        security_model=model, document_version__in=versions, removed_at=None
    ).select_related("response__criterion")
    return [
        Use(
            one.document_version_id,
            _("Security profile %(code)s") % {"code": one.response.criterion.code},
            _criterion_page(access, model, one.response.criterion.code),
        )
        for one in rows.order_by("response__criterion__position", "pk")
    ]


def _criterion_page(access: Access, model: SecurityModel, code: str) -> str:
    if access.is_staff:
        return path_to("reviews:versions", model_id=model.pk, code=code)
    return criterion_url(model, code)


def _assessments(access: Access, versions: list[uuid.UUID]) -> list[Use]:
    """The annual reviews whose risk assessment names one of the versions."""
    model = access.security_model
    rows = AnnualReview.objects.filter(security_model=model, assessment_document__in=versions)
    return [
        Use(
            one.assessment_document_id,
            _("Annual review %(year)s") % {"year": one.due_on.year},
            "" if access.is_staff else page_url("annual-review", model),
        )
        for one in rows.order_by("due_on", "pk")
        if one.assessment_document_id is not None
    ]


def _attached() -> QuerySet[Any, Any]:
    return EvidenceLink.objects.filter(removed_at=None).order_by().values("document_version")


def _named() -> QuerySet[Any, Any]:
    rows = AnnualReview.objects.filter(assessment_document__isnull=False)
    return rows.order_by().values("assessment_document")


def register() -> None:
    """Register both kinds of uses."""
    uses.register(_evidence)
    uses.register(_assessments)
    used_versions.register(_attached)
    used_versions.register(_named)
