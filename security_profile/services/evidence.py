"""Evidence: files attached to a criterion, new or from the Partner Library (P2, D2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, Refused, refusal, refuse
from core.text import filled
from documents.checks.details import Details
from documents.models import DocumentVersion
from documents.services import Place, add_or_use, tag_place
from documents.states import DocumentStatus, PlaceKind
from files.checks import names
from files.services import sha256_of
from files.states import ScanState
from security_models.models import SecurityModel
from security_profile.models import EvidenceLink, Response
from security_profile.policies import EDIT
from security_profile.selectors import Applicable, criterion_of
from security_profile.services.responses import refuse_unless_editable, response_of

#: The most files that one criterion can have.
FILES_A_CRITERION = 20


@transaction.atomic
def add_evidence(
    *,
    actor: Access,
    model: SecurityModel,
    code: str,
    upload: Any,
    title: str = "",
    type_code: str = "",
) -> EvidenceLink:
    """Add a file to the Partner Library and attach it to a criterion.

    The same content sent twice to one criterion is one file, and content that the library shows is
    used from there. Refused, with problems for the field
    ``file``, if the file is of a wrong kind, empty or too large.
    """
    criterion, response = _entered(actor, model, code)
    same = _attached(response).filter(document_version__file__sha256=sha256_of(upload)).first()
    if same is not None:
        same.was_there = True
        return same
    _refuse_too_many(response, 1)
    version, was_in_library = add_or_use(
        actor=actor,
        model=model,
        upload=upload,
        details=Details(title or names.clean(upload.name or ""), type_code or "other"),
        place=place_of(code),
    )
    link = _attach(actor, criterion, response, version)
    link.was_in_library = was_in_library
    return link


@dataclass
class Chosen:
    """The titles of documents that were attached, and of those whose content was already
    attached.
    """

    attached: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)


@transaction.atomic
def choose_evidence(
    *, actor: Access, model: SecurityModel, code: str, version_ids: Sequence[uuid.UUID]
) -> Chosen:
    """Attach documents of the Partner Library; the same content is attached only once."""
    criterion, response = _entered(actor, model, code)
    if not version_ids:
        words = _("Choose at least one document.")
        raise refusal("nothing_chosen", words, "versions")
    versions = DocumentVersion.objects.filter(security_model=model, pk__in=version_ids)
    found = list(versions.select_related("file", "document"))
    if len(found) != len(set(version_ids)):
        raise NotVisible("document_version")
    _refuse_put_away(found)
    blocked = [one.title for one in found if one.file.state not in _USABLE]
    if blocked:
        words = _("The check blocked “%(title)s”, so you can't use it.")
        raise Refused(
            "blocked",
            [Problem("blocked", filled(words, title=title), "versions") for title in blocked],
        )
    have = set(_attached(response).values_list("document_version__file__sha256", flat=True))
    chosen, fresh = Chosen(), []
    for one in found:
        again = one.file.sha256 in have
        (chosen.again if again else chosen.attached).append(one.title)
        if not again:
            fresh.append(one)
        have.add(one.file.sha256)
    _refuse_too_many(response, len(fresh))
    for one in fresh:
        _attach(actor, criterion, response, one)
    return chosen


@transaction.atomic
def remove_evidence(
    *, actor: Access, model: SecurityModel, code: str, link_id: uuid.UUID
) -> EvidenceLink:
    """Remove a file from a criterion; it stays in the Partner Library. A second click changes
    nothing.
    """
    criterion, _response = _entered(actor, model, code)
    link = _link(model, criterion, link_id)
    if link.removed_at is None:
        link.removed_at, link.removed_by_name = clock.now(), actor.name
        link.save(update_fields=["removed_at", "removed_by_name"])
        # The instant, too: the event's own comes a little later (own_records).
        _record("removed", actor, criterion, link, removed_at=link.removed_at.isoformat())
    return link


@transaction.atomic
def restore_evidence(
    *, actor: Access, model: SecurityModel, code: str, link_id: uuid.UUID
) -> EvidenceLink:
    """Undo a removal. If the file was attached again in the meantime, it stays attached once."""
    criterion, response = _entered(actor, model, code)
    link = _link(model, criterion, link_id)
    again = _attached(response).filter(document_version_id=link.document_version_id).first()
    if again is not None:
        return again
    link.removed_at, link.removed_by_name = None, ""
    link.save(update_fields=["removed_at", "removed_by_name"])
    # The link forgets that it was away; what was confirmed meanwhile is another answer (P10).
    response.updated_at = clock.now()
    response.save(update_fields=["updated_at"])
    _record("restored", actor, criterion, link)
    return link


def _refuse_put_away(versions: Sequence[DocumentVersion]) -> None:
    """A document that was archived or deleted since the page was made returns first."""
    away = [one.title for one in versions if one.document.status != DocumentStatus.IN_LIBRARY]
    words = _("“%(title)s” is no longer in the library. Return it there first.")
    refuse([Problem("put_away", filled(words, title=title), "versions") for title in away])


def place_of(code: str) -> Place:
    """The place of an upload, as the Partner Library shows it (D2)."""
    return Place(PlaceKind.PROFILE, code)


_USABLE = {ScanState.CLEAN, ScanState.QUARANTINED}


def _entered(actor: Access, model: SecurityModel, code: str) -> tuple[Applicable, Response]:
    """The criterion and its response, locked, so that one of two equal acts comes first."""
    actor.require(EDIT)
    criterion = criterion_of(model, code)
    refuse_unless_editable(model)
    response = response_of(actor, model, criterion)
    return criterion, Response.objects.select_for_update(no_key=True).get(pk=response.pk)


def _attached(response: Response) -> Any:
    links = EvidenceLink.objects.filter(response=response, removed_at=None)
    return links.select_related("document_version__file")


def _link(model: SecurityModel, criterion: Applicable, link_id: uuid.UUID) -> EvidenceLink:
    links = EvidenceLink.objects.filter(security_model=model, response__criterion_id=criterion.id)
    link = links.select_related("document_version").filter(pk=link_id).first()
    if link is None:
        raise NotVisible("evidence")
    return link


def _refuse_too_many(response: Response, more: int) -> None:
    if _attached(response).count() + more > FILES_A_CRITERION:
        words = _(
            "A criterion can have at most %(limit)s files. Remove one, or combine several into one."
        )
        words %= {"limit": FILES_A_CRITERION}
        raise refusal("too_many", words, "file")


def _attach(
    actor: Access, criterion: Applicable, response: Response, version: DocumentVersion
) -> EvidenceLink:
    link = EvidenceLink.objects.create(
        security_model_id=response.security_model_id,
        response=response,
        document_version=version,
        added_at=clock.now(),
        added_by_name=actor.name,
    )
    tag_place(version.document, place_of(criterion.code))
    _record("added", actor, criterion, link)
    return link


def _record(
    what: str, actor: Access, criterion: Applicable, link: EvidenceLink, **more: str
) -> None:
    record(
        f"security_profile.evidence_{what}",
        actor=actor,
        scope=model_scope(link.security_model_id),
        subject=("evidence", link.pk),
        code=criterion.code,
        title=link.document_version.title,
        **more,
    )
