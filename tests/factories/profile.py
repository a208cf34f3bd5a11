"""Security profiles: business types, answers and evidence in the state in which the services leave
them.
"""

from __future__ import annotations

from typing import Any

from audit.models import ScopeKind
from core import clock
from core.access import Access, for_user
from core.ids import new_id
from documents.models import Document, DocumentVersion
from documents.services import Place, tag_place
from documents.states import PlaceKind
from files.models import StoredFile
from files.states import ScanState
from identity.models import User
from security_models import grants
from security_models.models import BusinessTypeAccount, EligibilityRun, SecurityModel
from security_models.states import EligibilityOutcome
from security_profile.models import EvidenceLink, Response
from security_profile.selectors import criteria_of

TEXT = "Our compliance team checks this every month and keeps the signed list for two years."


def make_type(model: SecurityModel, slug: str = "importer", **fields: Any) -> BusinessTypeAccount:
    """A business type chosen by a finished run of the questions."""
    run = EligibilityRun.objects.create(
        security_model=model,
        started_at=clock.now(),
        started_on=clock.today(),
        finished_on=clock.today(),
        outcome=EligibilityOutcome.ELIGIBLE,
        business_type_id=slug,
        version=EligibilityRun.objects.filter(security_model=model).count() + 1,
    )
    return BusinessTypeAccount.objects.create(
        security_model=model,
        business_type_id=slug,
        run=run,
        started_on=clock.today(),
        **fields,
    )


def access_to(model: SecurityModel, user: User | None = None) -> Access:
    """The access of a person who has entered a model; of its Officer unless told otherwise."""
    return grants.enter(for_user(user or model.started_by), model.pk)


def make_document(
    model: SecurityModel, title: str = "Site visit 2026-09.pdf", state: str = ScanState.CLEAN
) -> DocumentVersion:
    """A document in the Partner Library, checked unless told otherwise."""
    file = StoredFile.objects.create(
        name=title,
        content_type="application/pdf",
        size=1024,
        sha256=f"{new_id().int:064x}"[-64:],
        storage_key=str(new_id()),
        state=state,
        uploaded_by_id=model.started_by_id,
        uploaded_by_name=model.started_by.name,
        uploaded_at=clock.now(),
        scope_kind=ScopeKind.SECURITY_MODEL,
        scope_id=model.pk,
    )
    about: dict[str, Any] = {"created_at": clock.now(), "created_by_name": model.started_by.name}
    document = Document.objects.create(
        security_model=model,
        type_id="other",
        title=title,
        changed_at=about["created_at"],
        **about,
    )
    version = DocumentVersion.objects.create(
        security_model=model, document=document, title=title, file=file, **about
    )
    document.current = version
    document.save(update_fields=["current"])
    tag_place(document, Place(PlaceKind.PROFILE, "1.1"))
    return version


def answer_all(model: SecurityModel, text: str = TEXT, *, skip: tuple[str, ...] = ()) -> None:
    """Answer every criterion of a model but those in ``skip``, with evidence where required."""
    document = make_document(model)
    now = clock.now()
    criteria = [one for one in criteria_of(model) if one.code not in skip]
    Response.objects.bulk_create(
        Response(
            security_model=model,
            criterion_id=one.id,
            text=f"{one.code}: {text}",
            updated_at=now,
            updated_by=model.started_by,
        )
        for one in criteria
    )
    needing = {one.id for one in criteria if one.entry.evidence_required}
    EvidenceLink.objects.bulk_create(
        EvidenceLink(
            security_model=model,
            response=response,
            document_version=document,
            added_at=now,
            added_by_name=model.started_by.name,
        )
        for response in Response.objects.filter(security_model=model, criterion_id__in=needing)
    )


def take_away_evidence(*codes: str) -> None:
    """Remove what proves these criteria."""
    EvidenceLink.objects.filter(response__criterion__code__in=codes).update(removed_at=clock.now())
