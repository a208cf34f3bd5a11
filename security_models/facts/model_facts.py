"""Read-only facts about a security model, used by rules, tasks and pages.

One query loads them for any number of models (``selectors.model_facts``). Rules are pure functions
over them and need no database.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core import clock
from core.access import Access
from core.program_days import next_anniversary
from files.states import ScanState
from security_models.facts.identifier_requirements import TAKES_A_DEED, Group, groups_of
from security_models.models import IdentifierRequirement, SecurityModel
from security_models.policies import is_lapsed, is_submitted
from security_models.states import (
    CERTIFIED_STATUSES,
    ENDED_STATUSES,
    TIERS,
    BusinessTypeStatus,
    ContactRole,
    EligibilityOutcome,
    PaperKind,
    all_ended,
)

#: The flag of an answer that declares a security event.
SECURITY_EVENT_FLAG = "review_security_event"


@dataclass(frozen=True)
class TypeFact:
    """A business type of the model."""

    id: str
    slug: str
    name: str
    tiered: bool
    status: str
    account_number: str
    certified_on: dt.date | None
    answers: Mapping[str, str]
    flags: tuple[str, ...]

    @property
    def status_label(self) -> str:
        """The words of the status."""
        return str(BusinessTypeStatus(self.status).label)

    @property
    def anniversary(self) -> dt.date | None:
        """The next anniversary of the certification, counted from its date (domain 3)."""
        if self.certified_on is None or self.status not in CERTIFIED_STATUSES:
            return None
        return next_anniversary(self.certified_on, clock.today())

    @property
    def tier(self) -> str:
        """Tier I to III for tiered types, derived from the status; empty for others (domain 3)."""
        return str(TIERS.get(BusinessTypeStatus(self.status), "")) if self.tiered else ""


@dataclass(frozen=True)
class RunFact:
    """The newest run of the eligibility questions."""

    outcome: str = EligibilityOutcome.OPEN
    business_type: str = ""
    answered: int = 0


@dataclass(frozen=True)
class ContactFact:
    """A contact. ``counts`` is true once the person has accepted (R4)."""

    id: str
    membership_id: str
    user_id: str
    name: str
    role: str
    is_primary_poc: bool
    counts: bool

    @property
    def role_label(self) -> str:
        """The words of the role."""
        return str(ContactRole(self.role).label)


@dataclass(frozen=True)
class AskFact:
    """An open request for a reserved act: who was asked, by whom, when last, and the note."""

    act: str
    user_id: str
    by: str
    on: dt.date
    note: str


@dataclass(frozen=True)
class AddressFact:
    """A use of an address of the organization."""

    address_id: str
    country: str
    is_primary: bool
    is_mailing: bool


@dataclass(frozen=True)
class PaperFact:
    """A supporting paper that was uploaded and not removed."""

    kind: str
    state: str


@dataclass(frozen=True)
class CodeFact:
    """An invitation code that the model has used."""

    business_type: str
    country: str
    revoked: bool


@dataclass(frozen=True)
class Facts:
    """Everything that the rules read.

    ``places`` are country, state and city of the organization's addresses, oldest first.
    """

    model: SecurityModel
    types: tuple[TypeFact, ...] = ()
    run: RunFact = RunFact()
    numbers: tuple[str, ...] = ()
    codes: tuple[CodeFact, ...] = ()
    papers: tuple[PaperFact, ...] = ()
    addresses: tuple[AddressFact, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    administrators: tuple[str, ...] = ()
    headquarters: str = ""
    places: tuple[tuple[str, str, str], ...] = ()
    specialist: str = ""
    specialist_disabled: bool = False
    asks: tuple[AskFact, ...] = ()
    requirements: tuple[IdentifierRequirement, ...] = field(default=(), repr=False)

    # --- status

    @cached_property
    def lapsed(self) -> bool:
        """Whether the time to finish is over. A model that has ended otherwise does not lapse."""
        return not self.over and is_lapsed(self.model)

    @property
    def submitted(self) -> bool:
        """Whether the first submission was made."""
        return is_submitted(self.model)

    @cached_property
    def over(self) -> bool:
        """Whether every business type has ended, so that nothing can be changed."""
        return all_ended([one.status for one in self.types])

    @property
    def certified(self) -> bool:
        """Whether a business type is certified."""
        return any(one.status in CERTIFIED_STATUSES for one in self.types)

    @property
    def editable(self) -> bool:
        """Whether the company profile may be changed."""
        return not self.lapsed and not self.over

    # --- identifiers and papers

    @property
    def country(self) -> str:
        """The company's country: of the primary address, or else of the headquarters."""
        primary = next((one.country for one in self.addresses if one.is_primary), "")
        return primary or self.headquarters

    @cached_property
    def groups(self) -> list[Group]:
        """The groups of numbers that apply, over all business types that have not ended."""
        return [
            group
            for one in self.types
            if one.status not in ENDED_STATUSES
            for group in groups_of(one.slug, self.requirements, one.answers, self.country)
        ]

    @cached_property
    def entered(self) -> Counter[str]:
        """How many numbers of each kind are entered."""
        return Counter(self.numbers)

    @property
    def deed_wanted(self) -> bool:
        """Whether a deed of incorporation is required: it is if an RFC is required."""
        return any(group.required and TAKES_A_DEED in group.codes for group in self.groups)

    @property
    def events_wanted(self) -> bool:
        """Whether a description is required: it is if an answer declares a security event."""
        return any(SECURITY_EVENT_FLAG in one.flags for one in self.types)

    @property
    def papers_wanted(self) -> list[PaperKind]:
        """The supporting papers that are required."""
        wanted = {
            PaperKind.DEED_OF_INCORPORATION: self.deed_wanted,
            PaperKind.SECURITY_EVENT: self.events_wanted,
        }
        return [kind for kind, asked in wanted.items() if asked]

    def paper_states(self, kind: str) -> list[str]:
        """The scan states of the uploaded papers of a kind."""
        return [one.state for one in self.papers if one.kind == kind]

    def has_clean(self, kind: str) -> bool:
        """Whether a paper of that kind can be read."""
        return ScanState.CLEAN in self.paper_states(kind)

    # --- people

    @property
    def officers(self) -> list[ContactFact]:
        """Officers who count."""
        return [one for one in self.contacts if one.role == ContactRole.OFFICER and one.counts]

    @property
    def primary_poc(self) -> ContactFact | None:
        """The Primary POC, whether accepted or not."""
        return next((one for one in self.contacts if one.is_primary_poc), None)

    @property
    def people(self) -> list[str]:
        """The names of the contacts who count."""
        return [one.name for one in self.contacts if one.counts]

    def asked_of(self, access: Access, act: str) -> AskFact | None:
        """What the actor was asked to do and has not done yet."""
        me = str(access.user_id)
        return next((one for one in self.asks if (one.act, one.user_id) == (act, me)), None)

    def is_contact(self, access: Access) -> bool:
        """Whether the actor is a contact who counts."""
        me = str(access.user_id)
        return any(one.user_id == me and one.counts for one in self.contacts)
