"""States and roles of security models."""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactRole(models.TextChoices):
    """What a contact is in a security model (domain 1; manual, "Contacts")."""

    OFFICER = "officer", _("Officer")
    EMPLOYEE = "employee", _("Employee")
    CONSULTANT = "consultant", _("Consultant")


#: The order of roles; "" is none. Nobody raises their own role (R3).
RANK: dict[str, int] = {
    "": 0,
    ContactRole.CONSULTANT: 1,
    ContactRole.EMPLOYEE: 2,
    ContactRole.OFFICER: 3,
}


class BusinessTypeStatus(models.TextChoices):
    """The life cycle of a business type account (domain 3), with the labels that partners read."""

    DRAFT = "draft", _("Draft")
    APPLICANT = "applicant", _("Applicant")
    CERTIFIED = "certified", _("Certified")
    CERTIFIED_VALIDATED = "certified_validated", _("Certified, Validated")
    CERTIFIED_NON_IMPORTER_VALIDATED = (
        "certified_non_importer_validated",
        _("Certified, Non-Importer Validation Completed"),
    )
    CERTIFIED_EXCEEDING = "certified_exceeding", _("Certified, Exceeding")
    SUSPENDED = "suspended", _("Suspended")
    REMOVED = "removed", _("Removed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    LAPSED = "lapsed", _("Lapsed")


CERTIFIED_STATUSES = frozenset(
    {
        BusinessTypeStatus.CERTIFIED,
        BusinessTypeStatus.CERTIFIED_VALIDATED,
        BusinessTypeStatus.CERTIFIED_NON_IMPORTER_VALIDATED,
        BusinessTypeStatus.CERTIFIED_EXCEEDING,
    }
)


#: Statuses after which nothing happens in this C-TPAT account.
ENDED_STATUSES = frozenset(
    {
        BusinessTypeStatus.REMOVED,
        BusinessTypeStatus.WITHDRAWN,
        BusinessTypeStatus.NOT_ACCEPTED,
    }
)


def all_ended(statuses: Collection[str]) -> bool:
    """Whether every business type of an account has ended, so that nothing can be changed."""
    return bool(statuses) and all(status in ENDED_STATUSES for status in statuses)


#: Only tiered business types have tiers; they follow from the status (domain 3).
TIERS = {
    BusinessTypeStatus.CERTIFIED: _("Tier I"),
    BusinessTypeStatus.CERTIFIED_VALIDATED: _("Tier II"),
    BusinessTypeStatus.CERTIFIED_EXCEEDING: _("Tier III"),
}


class EligibilityOutcome(models.TextChoices):
    """The status of a run of the eligibility questions (S1)."""

    OPEN = "open", _("Not finished")
    ELIGIBLE = "eligible", _("Eligible")
    NOT_ELIGIBLE = "not_eligible", _("Not eligible yet")


class VettingResult(models.TextChoices):
    """The second gate, decided by management; partners never see it."""

    PENDING = "pending", _("Pending")
    PASSED = "passed", _("Passed")
    NOT_PASSED = "not_passed", _("Not passed")


class VettingCheck(models.TextChoices):
    """What management checks before it decides the second gate."""

    COMPANY = "company", _("The company exists and is the one that applies")
    IDENTIFIERS = "identifiers", _("The identifiers belong to the company")
    PEOPLE = "people", _("Owners and officers have been checked")
    EVENTS = "events", _("Security events and violations have been looked at")
    DEBTS = "debts", _("No unpaid debts to the government")
    FLAGS = "flags", _("Flagged eligibility answers have been cleared up")


class PaperKind(models.TextChoices):
    """Supporting papers that an eligibility answer or an identifier requires."""

    DEED_OF_INCORPORATION = "deed_of_incorporation", _("Deed of incorporation")
    SECURITY_EVENT = "security_event", _("Description of security events")


#: What staff must check because of a flagged answer. An unknown flag is shown by its code.
FLAG_WORDS = {
    "review_security_event": _("Declares a security event: read the description"),
    "review_number_not_required": _("Says that no number is required for its work"),
    "check_invitation": _("Says that CBP has invited it: check the invitation"),
}
