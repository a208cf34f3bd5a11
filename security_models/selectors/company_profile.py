"""The company profile as canonical data, which is frozen with a submission and printed (P8).

The same state gives the same bytes for every reader and language. A number that identifies a person
appears only by its last four digits and its hash (T7, domain 2).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils import translation

from security_models.facts.questionnaire import Catalogue, walk
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    EntityIdentifier,
    ModelAddress,
    SecurityModel,
    SupportingPaper,
)
from security_models.selectors import business_types_of, contacts_of
from security_models.selectors.addresses import chosen_addresses, in_use
from security_models.selectors.eligibility import catalogue
from security_models.selectors.models import by_name
from security_models.selectors.numbers_and_papers import (
    identifiers_of,
    in_order,
    kept_papers,
    papers_of,
)
from security_models.states import ContactRole, PaperKind
from trade_accounts.models import TradeAccount
from trade_accounts.states import MembershipState


def content_of(model: SecurityModel) -> dict[str, Any]:
    """Organization, business types with their answers, numbers, papers, addresses, contacts.

    Everything is read now, including what ``model`` itself holds.
    """
    questions = catalogue()
    model = SecurityModel.objects.select_related("trade_account").get(pk=model.pk)
    parts = (identifiers_of(model), papers_of(model), chosen_addresses(model), contacts_of(model))
    with translation.override("en"):
        types = [_type(one, questions) for one in business_types_of(model)]
        return {**_sections(model, *parts), "business_types": types}


def sections_of(models: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """The same of several models, without business types: five queries for any number. To compare
    with what was confirmed, not to be shown: papers are not compared with what was uploaded.
    """
    if not models:
        return {}
    rows: Any = SecurityModel.objects.filter(pk__in=models).select_related("trade_account")
    rows = rows.prefetch_related(
        Prefetch("identifiers", in_order(EntityIdentifier.objects.all())),
        Prefetch("papers", kept_papers(SupportingPaper.objects.select_related("file"))),
        Prefetch("addresses", in_use(ModelAddress.objects.all())),
        Prefetch("contacts", by_name(Contact.objects.all())),
    )
    with translation.override("en"):
        return {
            one.pk: _sections(
                one,
                one.identifiers.all(),
                one.papers.all(),
                one.addresses.all(),
                one.contacts.all(),
            )
            for one in rows
        }


def _sections(
    model: SecurityModel,
    identifiers: Iterable[EntityIdentifier],
    papers: Iterable[SupportingPaper],
    addresses: Iterable[ModelAddress],
    contacts: Iterable[Contact],
) -> dict[str, Any]:
    return {
        "organization": _organization(model.trade_account),
        "identifiers": [_identifier(one) for one in identifiers],
        "event_description": model.event_description,
        "papers": [_paper(one) for one in papers],
        "addresses": [_address(one) for one in addresses],
        "contacts": [_contact(one) for one in contacts],
    }


def _organization(account: TradeAccount) -> dict[str, Any]:
    started = account.business_started_on
    return {
        "name": account.name,
        "doing_business_as": account.doing_business_as,
        "employees": account.employees,
        "business_started_on": started.isoformat() if started else "",
        "history": account.history,
        "phone": account.phone,
        "website": account.website,
    }


def _type(account: BusinessTypeAccount, questions: Catalogue) -> dict[str, Any]:
    steps = walk(questions, account.run.answers).steps
    return {
        # So that a check tells which of two rows was signed as which (own_records).
        "id": str(account.pk),
        "slug": account.business_type_id,
        "name": account.business_type.name,
        "account_number": account.account_number or "",
        "answers": [
            {"code": step.question.code, "question": step.words, "answer": step.label}
            for step in steps
        ],
    }


def _identifier(one: EntityIdentifier) -> dict[str, Any]:
    frozen = {"type": one.type_id, "name": one.type.name, "shown": one.shown}
    return {**frozen, "hash": one.value_hash} if one.type.masked else frozen


def _paper(one: SupportingPaper) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "label": str(PaperKind(one.kind).label),
        "name": one.file.name,
        "sha256": one.file.sha256,
    }


def _address(one: ModelAddress) -> dict[str, Any]:
    return {
        "primary": one.is_primary,
        "mailing": one.is_mailing,
        "secondary": one.is_secondary,
        "name": one.address.name,
        "lines": one.address.lines,
    }


def _contact(one: Contact) -> dict[str, Any]:
    person = one.membership.user or one.membership
    return {
        "name": one.membership.name,
        "role": one.role,
        "role_label": str(ContactRole(one.role).label),
        "title": person.title,
        "email": person.email,
        "primary_poc": one.is_primary_poc,
        "accepted": one.membership.state == MembershipState.ACTIVE,
    }
