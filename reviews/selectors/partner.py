"""Reads the partner page of the workspace in a constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from audit.selectors import Entry, events_for, timeline
from audit.services import model_scope
from core.access import Access
from core.compiled import Compiled
from core.errors import NotVisible, Problem
from documents.models import DocumentVersion
from reviews.models import WorkItem
from reviews.selectors.annual_review import all_years
from reviews.selectors.queue import open_work
from security_models.facts.model_facts import Facts
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    EligibilityQuestion,
    EligibilityRun,
    EntityIdentifier,
    ModelAddress,
    SecurityModel,
    StaffAssignment,
    SupportingPaper,
    Vetting,
)
from security_models.policies import P
from security_models.presentation.contradictions import contradictions
from security_models.presentation.identifier_advice import advice_on, compared_with
from security_models.selectors import business_types_of, contacts_of, facts_of
from security_models.selectors.gates import staff_record
from security_models.states import FLAG_WORDS, TIERS, BusinessTypeStatus
from security_profile.models import Submission
from security_profile.selectors import dated_submissions_of
from security_profile.selectors.annual_reviews import Year
from security_profile.states import OPEN_SUBMISSION, SubmissionStatus
from trade_accounts.countries import country_name
from trade_accounts.models import Address

EVENTS_SHOWN = 30
#: The number of other accounts that are named beside a number.
MOST_ELSEWHERE = 50
#: Draft decisions are shown at their criteria; a review has a hundred of them.
TOO_FINE = ("security_profile.decided", "security_profile.answered")


@dataclass(frozen=True)
class TypeRow:
    """A business type with its gates and the results of its certification."""

    account: BusinessTypeAccount

    @property
    def status(self) -> BusinessTypeStatus:
        """The status as it is shown: Lapsed from its day on."""
        return BusinessTypeStatus(getattr(self.account, "shown_status", self.account.status))

    @property
    def tier(self) -> str:
        """Tier I to III for tiered types, derived from the status (domain 3)."""
        status = BusinessTypeStatus(self.account.status)
        return str(TIERS.get(status, "")) if self.account.business_type.tiered else ""


@dataclass(frozen=True)
class AddressRow:
    """An address with its use in the model (S4)."""

    address: Address
    uses: str

    @property
    def country(self) -> str:
        """The name of the country."""
        return country_name(self.address.country)


@dataclass(frozen=True)
class AnswerRow:
    """A question of the eligibility run with its answer in words; ``flag`` asks staff to
    check it.
    """

    question: str
    answer: str
    flag: str


@dataclass(frozen=True)
class Partner:
    """A security model as staff see it."""

    model: SecurityModel
    types: Sequence[TypeRow]
    assignment: StaffAssignment | None
    contacts: Sequence[Contact]
    identifiers: Sequence[EntityIdentifier]
    elsewhere: dict[uuid.UUID, list[str]]
    addresses: Sequence[AddressRow]
    papers: Sequence[SupportingPaper]
    runs: Sequence[EligibilityRun]
    questions: dict[str, EligibilityQuestion]
    submissions: Sequence[Submission]
    waiting: Sequence[WorkItem]
    vettings: Sequence[Vetting]
    entries: Sequence[Entry]
    facts: Facts
    #: The annual reviews: the one that counts today, then those of earlier years.
    years: Sequence[Year] = ()

    @property
    def open_submission(self) -> Submission | None:
        """What waits for someone now."""
        return next((one for one in self.submissions if one.status in OPEN_SUBMISSION), None)

    @property
    def primary_poc(self) -> str:
        """The name of the Primary POC, or empty."""
        return next((one.membership.name for one in self.contacts if one.is_primary_poc), "")

    @property
    def waits_for_partner(self) -> bool:
        """Whether the partner must answer a return."""
        current = self.open_submission
        return current is not None and current.status == SubmissionStatus.RETURNED

    @property
    def vetting_so_far(self) -> str:
        """If the second gate is not passed, what was decided last, if anything."""
        newest = next(iter(self.vettings), None)
        if newest is None:
            return _("not decided")
        return str(newest.get_result_display()).lower()

    @property
    def is_applicant(self) -> bool:
        """Whether a business type is not decided yet."""
        return any(one.account.status == BusinessTypeStatus.APPLICANT for one in self.types)

    @cached_property
    def flagged(self) -> list[str]:
        """What staff must check because of the answers."""
        flags = [str(flag[1]) for run in self.runs for flag in run.flags]
        return [str(FLAG_WORDS.get(flag, flag)) for flag in dict.fromkeys(flags)]

    @property
    def answers(self) -> list[tuple[EligibilityRun, list[AnswerRow]]]:
        """Each finished run with its questions and answers."""
        return [(run, [self._answer(run, pair) for pair in run.answers]) for run in self.runs]

    def _answer(self, run: EligibilityRun, pair: Sequence[Any]) -> AnswerRow:
        code, answer = str(pair[0]), str(pair[1])
        flag = next((str(one[1]) for one in run.flags if str(one[0]) == code), "")
        question = self.questions.get(code)
        choices = {str(value): label for value, label in question.choices} if question else {}
        usual = {"yes": _("Yes"), "no": _("No")}
        return AnswerRow(
            question=question.question if question else code,
            answer=str(choices.get(answer) or usual.get(answer) or answer),
            flag=str(FLAG_WORDS.get(flag, flag)),
        )

    def numbers(self) -> list[tuple[EntityIdentifier, list[str], list[str]]]:
        """The identifiers, each with other accounts that have it and what looks odd about it."""
        around = compared_with(self.facts, self.identifiers)
        return [(one, self.elsewhere[one.pk], advice_on(one, around)) for one in self.identifiers]

    @property
    def contradictions(self) -> list[Problem]:
        """Answers and entries that contradict each other, as the partner sees them."""
        return contradictions(self.facts)


def partner_of(access: Access) -> Partner:
    """The current model with everything that the partner page shows."""
    model: SecurityModel = access.security_model
    identifiers: list[Any] = _IDENTIFIERS.rows(model_id=model.pk)
    runs = list(model.runs.exclude(finished_on=None).order_by("-started_at"))
    codes = {str(pair[0]) for run in runs for pair in run.answers}
    assignment, vettings = staff_record(model, with_vetting=access.has(P.VET))
    events = events_for(model_scope(model.pk), access=access).exclude(kind__in=TOO_FINE)
    return Partner(
        model=model,
        types=[TypeRow(one) for one in business_types_of(model)],
        assignment=assignment,
        contacts=contacts_of(model),
        identifiers=identifiers,
        elsewhere={one.pk: one.elsewhere for one in identifiers},
        addresses=[_address(one) for one in model.addresses.select_related("address")],
        papers=list(model.papers.filter(removed_at=None).select_related("file")),
        runs=runs,
        questions=EligibilityQuestion.objects.in_bulk(codes),
        submissions=dated_submissions_of(model),
        waiting=list(open_work().filter(security_model=model).order_by("due_on", "pk")),
        vettings=vettings,
        entries=list(timeline(events[:EVENTS_SHOWN])),
        facts=facts_of(model),
        years=all_years(model),
    )


def _address(row: ModelAddress) -> AddressRow:
    uses = [
        (row.is_primary, _("Primary")),
        (row.is_mailing, _("Mailing")),
        (row.is_secondary, _("Secondary")),
    ]
    words = ", ".join(word for is_used, word in uses if is_used)
    return AddressRow(row.address, _("%(uses)s address") % {"uses": words})


def _identifiers(model_id: Any) -> QuerySet[EntityIdentifier]:
    """The numbers of a model, each with the other C-TPAT accounts that have it; only staff see
    these (domain 2).
    """
    same = {"type": OuterRef("type_id"), "value_hash": OuterRef("value_hash")}
    others = EntityIdentifier.objects.filter(**same).exclude(security_model=model_id)
    place = "security_model__trade_account__name", Value(" ("), "security_model__reference"
    name = Concat(*place, Value(")"), output_field=TextField())
    rows = EntityIdentifier.objects.filter(security_model=model_id).select_related("type")
    rows = rows.annotate(elsewhere=ArraySubquery(others.values_list(name)[:MOST_ELSEWHERE]))
    return rows.order_by("type__position", "pk")


_IDENTIFIERS = Compiled(_identifiers, model_id=uuid.UUID)


# --- files ----------------------------------------------------------------------------------------


def paper_of(model: SecurityModel, paper_id: uuid.UUID) -> SupportingPaper:
    """A supporting paper of this model with its file."""
    paper = model.papers.filter(pk=paper_id).select_related("file").first()
    if paper is None:
        raise NotVisible("supporting_paper")
    return paper


def evidence_of(model: SecurityModel, version_id: uuid.UUID) -> DocumentVersion:
    """A document version of this model with its file; the assigned specialist reads all (D6)."""
    versions = DocumentVersion.objects.filter(pk=version_id, security_model=model)
    version = versions.select_related("file").first()
    if version is None:
        raise NotVisible("document_version")
    return version
