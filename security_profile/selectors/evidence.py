"""Reads evidence: a file to download, what was just removed, what can be chosen."""

from __future__ import annotations

import uuid

from django.db.models import Exists, OuterRef

from core.errors import NotVisible
from core.ids import parse_id
from core.search import contains
from core.text import one_line
from documents.models import DocumentVersion
from documents.selectors import reusable
from security_models.models import SecurityModel
from security_profile.models import EvidenceLink

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
