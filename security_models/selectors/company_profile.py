"""The company profile as canonical data, which is frozen with a submission and printed (P8).

The same state gives the same bytes for every reader and language. A number that identifies a person
appears only by its last four digits and its hash (T7, domain 2).
"""

from __future__ import annotations

from typing import Any

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
from security_models.selectors.addresses import chosen_addresses
from security_models.selectors.eligibility import catalogue
from security_models.selectors.numbers_and_papers import identifiers_of, papers_of
from security_models.states import ContactRole, PaperKind
from trade_accounts.models import TradeAccount
from trade_accounts.states import MembershipState


def content_of(model: SecurityModel) -> dict[str, Any]:
    """Organization, business types with their answers, numbers, papers, addresses, contacts.

    Everything is read now, including what ``model`` itself holds.
    """
    questions = catalogue()
    model = SecurityModel.objects.select_related("trade_account").get(pk=model.pk)
    with translation.override("en"):
        return {
            "organization": _organization(model.trade_account),
            "business_types": [_type(one, questions) for one in business_types_of(model)],
            "identifiers": [_identifier(one) for one in identifiers_of(model)],
            "event_description": model.event_description,
            "papers": [_paper(one) for one in papers_of(model)],
            "addresses": [_address(one) for one in chosen_addresses(model)],
            "contacts": [_contact(one) for one in contacts_of(model)],
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
