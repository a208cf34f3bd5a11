"""Tells in one statement whether an application is still what it was."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Model, QuerySet

from core.compiled import Compiled
from core.crypto import content_hash
from core.row_versions import row_versions
from documents.models import DocumentVersion
from files.models import StoredFile
from identity.models import User
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    EligibilityQuestion,
    EligibilityRun,
    EntityIdentifier,
    IdentifierType,
    ModelAddress,
    SecurityModel,
    SupportingPaper,
)
from security_profile.models import (
    CatalogueStamp,
    CriterionDecision,
    EvidenceLink,
    Response,
    Submission,
    SubmissionItem,
)
from trade_accounts.models import Address, Membership, TradeAccount


def application_state(model: SecurityModel) -> str:
    """A hash that changes with every row that the document of an application is made from.

    What comes from the code, such as words and the program day, is not part of it.
    """
    return content_hash(_STATE.first(model_id=model.pk))


def _state(model_id: Any) -> QuerySet[Any, tuple[Any, ...]]:
    versions = [row_versions(rows) for rows in rows_of_application(model_id)]
    return SecurityModel.objects.filter(pk=model_id).values_list(*versions)


def rows_of_application(model_id: Any) -> list[QuerySet[Any]]:
    """Every row that counts, by table; the stamp stands for criteria and business types."""

    def own(table: type[Model]) -> QuerySet[Any]:
        return table._default_manager.filter(security_model=model_id)

    def named(table: type[Model], rows: QuerySet[Any], column: str) -> QuerySet[Any]:
        return table._default_manager.filter(pk__in=rows.values(column))

    model = SecurityModel.objects.filter(pk=model_id)
    papers, addresses, contacts = own(SupportingPaper), own(ModelAddress), own(Contact)
    members = named(Membership, contacts, "membership")
    evidence = own(EvidenceLink)
    documents = named(DocumentVersion, evidence, "document_version")
    return [
        CatalogueStamp.objects.all(),
        EligibilityQuestion.objects.all(),
        IdentifierType.objects.all(),
        model,
        named(TradeAccount, model, "trade_account"),
        own(BusinessTypeAccount),
        own(EligibilityRun),
        own(EntityIdentifier),
        papers,
        named(StoredFile, papers, "file"),
        addresses,
        named(Address, addresses, "address"),
        contacts,
        members,
        named(User, members, "user"),
        own(Response),
        evidence,
        documents,
        named(StoredFile, documents, "file"),
        own(Submission),
        own(SubmissionItem),
        own(CriterionDecision),
    ]


_STATE = Compiled(_state, model_id=uuid.UUID)
