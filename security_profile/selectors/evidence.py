"""Reads evidence: a file to download, what was just removed, what can be chosen."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef

from audit.selectors import Facts, unaltered
from core.errors import NotVisible
from core.ids import parse_id
from core.search import contains
from core.text import one_line
from documents.models import DocumentVersion
from documents.selectors import reusable
from security_models.models import SecurityModel
from security_profile.models import EvidenceLink, SubmissionItem
from security_profile.selectors.submissions import latest_submission

#: The library page shows the newest documents; search finds the older ones.
CHOICES = 100


def evidence_link(model: SecurityModel, code: str, link_id: uuid.UUID) -> EvidenceLink:
    """A link of one criterion with its file, even if removed since. Raises NotVisible
    otherwise.
    """
    links = EvidenceLink.objects.filter(security_model=model, response__criterion__code=code)
    link = links.select_related("document_version__file").filter(pk=link_id).first()
    if link is None:
        raise NotVisible("evidence")
    return link


def removed_evidence(model: SecurityModel, code: str, link_id: str) -> EvidenceLink | None:
    """The link that was just removed, while it can be restored."""
    wanted = parse_id(link_id) if link_id else None
    if wanted is None:
        return None
    links = EvidenceLink.objects.filter(security_model=model, response__criterion__code=code)
    links = links.filter(pk=wanted, removed_at__isnull=False)
    return links.select_related("document_version").first()


def library_to_choose(model: SecurityModel, code: str, words: str) -> list[DocumentVersion]:
    """Documents of the Partner Library by title, newest first, without those already attached; each
    with the places in which it was used.
    """
    attached = EvidenceLink.objects.filter(
        response__security_model=model,
        response__criterion__code=code,
        document_version=OuterRef("pk"),
        removed_at=None,
    )
    usable = reusable(model).filter(~Exists(attached))
    sought = one_line(words).strip()[:100]
    if sought:
        usable = usable.filter(contains(sought, "title"))
    return list(usable.prefetch_related("document__places")[:CHOICES])


def attached_evidence(model: SecurityModel) -> list[tuple[str, DocumentVersion]]:
    """What is attached now: the code of a criterion and a version with its file, in the order of
    the criteria; two statements at most.
    """
    links = EvidenceLink.objects.filter(security_model=model, removed_at=None)
    links = links.select_related("document_version__file", "response__criterion")
    links = links.order_by("response__criterion__position", "added_at", "pk")
    return [(one.response.criterion.code, one.document_version) for one in links]


def submitted_evidence(model: SecurityModel) -> list[tuple[str, DocumentVersion]]:
    """The same of what was submitted last, whatever became of it. Raises Altered if it is not what
    was submitted.
    """
    latest = latest_submission(model)
    if latest is None:
        return []
    unaltered(Facts(SubmissionItem, "submission_id", [latest.pk]))
    items = SubmissionItem.objects.filter(submission=latest).select_related("criterion")
    named = [
        (item.criterion.code, one["version"])
        for item in items.order_by("criterion__position", "pk")
        for one in item.evidence
    ]
    versions = DocumentVersion.objects.filter(security_model=model).select_related("file")
    found = {str(one.pk): one for one in versions.filter(pk__in={pk for _code, pk in named})}
    return [(code, found[pk]) for code, pk in named if pk in found]
