"""Tables of security models (manual, "C-TPAT Security Model")."""

from __future__ import annotations

from django.db import models
from guardian.models import UserObjectPermissionBase

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from core.reference import ReferenceRow
from files.models import StoredFile
from identity.models import User
from security_models.states import (
    BusinessTypeStatus,
    ContactRole,
    EligibilityOutcome,
    PaperKind,
    VettingResult,
)
from trade_accounts.models import Address, Membership, TradeAccount

# --- reference data (reference/program) -------------------------------------------------------


class BusinessType(ReferenceRow):
    """A type of business that may take part."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    family = models.CharField(max_length=20)
    tiered = models.BooleanField()
    description = models.TextField()
    status_word_after_validation = models.CharField(max_length=80)
    activity_phrase = models.CharField(max_length=200)
    office_where = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class EligibilityQuestion(ReferenceRow):
    """A question of the branching questionnaire (S1).

    ``choices`` is a list of [value, label]. ``targets`` maps an answer to a question id,
    ``eligible`` or ``not_eligible:REASON``. ``flags`` maps an answer to what staff must check.
    """

    code = models.CharField(primary_key=True, max_length=12)
    entry = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    question = models.TextField()
    help = models.TextField(blank=True)
    choices = models.JSONField(default=list)
    targets = models.JSONField(default=dict)
    flags = models.JSONField(default=dict)
    recheck_yearly = models.BooleanField(default=False)
    retired = models.JSONField(default=list, help_text="answers kept, no longer offered")

    @property
    def offered(self) -> list[list[str]]:
        """The choices that can be made now; an earlier answer stays valid."""
        return [choice for choice in self.choices if choice[0] not in self.retired]


class NotEligibleReason(ReferenceRow):
    """Why a company is not eligible, and what would change it."""

    code = models.CharField(primary_key=True, max_length=40)
    title = models.CharField(max_length=200)
    explanation = models.TextField()
    what_would_change_it = models.TextField()


class IdentifierType(ReferenceRow):
    """A number that identifies a business entity, with its format (S3)."""

    code = models.CharField(primary_key=True, max_length=30)
    field = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    example = models.CharField(max_length=60)
    regex = models.CharField(max_length=200)
    normalisation = models.CharField(max_length=200)
    labels = models.TextField(blank=True, help_text="words pasted with the number, by semicolons")
    refused_values = models.TextField(blank=True, help_text="never accepted, by semicolons")
    gives = models.CharField(
        max_length=40, blank=True, help_text="EIN:10: the first ten characters are an EIN"
    )
    hint = models.TextField()
    locked_after_first_submission = models.BooleanField()
    masked = models.BooleanField()
    warning_rules = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class IdentifierRequirement(ReferenceRow):
    """One row of the requirements. Rows of one business type and group are alternatives."""

    id = models.CharField(primary_key=True, max_length=120)
    business_type = models.ForeignKey(BusinessType, models.CASCADE, related_name="requirements")
    group = models.PositiveSmallIntegerField()
    identifier = models.ForeignKey(IdentifierType, models.CASCADE, related_name="+")
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField(null=True)
    condition = models.CharField(max_length=60)
    notes = models.CharField(max_length=200, blank=True)


# --- the tenant root ---------------------------------------------------------------------------


class SecurityModel(Versioned):
    """A C-TPAT account: the inner tenant root. Created as soon as a contact starts (domain 3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.PROTECT, related_name="security_models")
    reference = models.CharField(max_length=8, unique=True)
    started_on = models.DateField(help_text="program date; start of the 60 days")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    lapsed_on = models.DateField(null=True)
    first_submitted_on = models.DateField(null=True)
    had_officer = models.BooleanField(
        default=False, help_text="R3: the first Officer was named and has accepted"
    )
    event_description = models.TextField(blank=True)

    #: Set by ``grants.with_roles``.
    model_roles: list[str]
    account_roles: list[str]
    identity_types: list[dict[str, str]]

    class Meta:
        permissions = [
            ("role_officer", "Officer"),
            ("role_employee", "Employee"),
            ("role_consultant", "Consultant"),
            ("role_assigned_scss", "Assigned SCSS"),
        ]
        indexes = [
            models.Index(fields=["trade_account", "started_at"], name="model_of_account"),
            models.Index(
                fields=["started_on"],
                name="model_unfinished",
                condition=models.Q(first_submitted_on__isnull=True, lapsed_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class SecurityModelGrant(UserObjectPermissionBase):
    """The projection of contacts and assignments into django-guardian."""

    content_object = models.ForeignKey(SecurityModel, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class EligibilityRun(Versioned):
    """One run of the questions: answers in order, as [question code, answer] pairs.

    The newest run of a model counts; older ones are history. Versions continue from the previous
    run, so that a page opened in an older run is recognized as stale. ``flags`` holds [question
    code, flag] pairs: what staff must check because of the answers.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    started_on = models.DateField(help_text="program date")
    finished_on = models.DateField(null=True)
    outcome = models.CharField(
        max_length=14, choices=EligibilityOutcome.choices, default=EligibilityOutcome.OPEN
    )
    reason = models.ForeignKey(NotEligibleReason, models.PROTECT, null=True, related_name="+")
    business_type = models.ForeignKey(BusinessType, models.PROTECT, null=True, related_name="+")
    answers = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    answered_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["security_model", "-started_at"], name="run_newest")]


class BusinessTypeAccount(models.Model):
    """A business type in a model, with its number, status and dates (domain 2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="business_types")
    business_type = models.ForeignKey(BusinessType, models.PROTECT, related_name="+")
    run = models.ForeignKey(EligibilityRun, models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=40, choices=BusinessTypeStatus.choices, default=BusinessTypeStatus.DRAFT
    )
    # Null until there is one, because numbers are unique.
    account_number = models.CharField(max_length=8, null=True, unique=True)  # noqa: DJ001
    started_on = models.DateField()
    profile_approved_on = models.DateField(null=True)
    profile_approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="G1: who passes the first gate"
    )
    vetting_passed_on = models.DateField(null=True)
    vetting_passed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", help_text="G1: who passed the second"
    )
    certified_on = models.DateField(null=True)
    frozen = Frozen(
        ("business_type_id", "run_id", "status", "started_on", "vetting_passed_on",
         "vetting_passed_by_id"),
        written_once=("account_number", "certified_on", "profile_approved_on",
                      "profile_approved_by_id"),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model", "business_type"], name="business_type_once_in_a_model"
            ),
            models.CheckConstraint(
                condition=models.Q(certified_on__isnull=True)
                | models.Q(account_number__isnull=False),
                name="certified_has_an_account_number",
            ),
        ]
        indexes = [models.Index(fields=["certified_on"], name="type_certified_on")]


class EntityIdentifier(models.Model):
    """A business entity identifier (S3). A masked one stores ciphertext and four last digits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="identifiers")
    type = models.ForeignKey(IdentifierType, models.PROTECT, related_name="+")
    value = models.TextField(help_text="normalized; ciphertext where the type is masked")
    value_hash = models.CharField(max_length=64, db_index=True)
    shown = models.CharField(max_length=60, help_text="what people see")
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField(null=True)
    added_by_name = models.CharField(max_length=200)

    #: Set by ``services.add_identifier``: a number that was read from this one and added too.
    also: EntityIdentifier | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model", "type", "value_hash"], name="identifier_once_in_a_model"
            )
        ]


class ModelAddress(models.Model):
    """An address of the organization in a model: one Primary, one Mailing, others Secondary."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="addresses")
    trade_account_id = models.UUIDField()
    address = models.ForeignKey(Address, models.PROTECT, related_name="uses")
    is_primary = models.BooleanField(default=False)
    is_mailing = models.BooleanField(default=False)
    is_secondary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["security_model", "address"], name="address_once"),
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_primary_address",
                condition=models.Q(is_primary=True),
            ),
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_mailing_address",
                condition=models.Q(is_mailing=True),
            ),
        ]


class Contact(Versioned):
    """A member of the trade account with a role in a model (S5). Points to a Membership."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="contacts")
    trade_account_id = models.UUIDField()
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=12, choices=ContactRole.choices)
    is_primary_poc = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["security_model", "membership"], name="contact_once"),
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_primary_poc",
                condition=models.Q(is_primary_poc=True),
            ),
            models.CheckConstraint(
                condition=~models.Q(is_primary_poc=True, role=ContactRole.CONSULTANT),
                name="consultant_is_never_primary_poc",
            ),
        ]


class SupportingPaper(models.Model):
    """A paper that an answer or an identifier requires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=24, choices=PaperKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField(null=True)
    added_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=200, blank=True)
    frozen = Frozen(written_once=("removed_at", "removed_by_name"))


class StaffAssignment(models.Model):
    """The specialist who looks after a model, from when to when; one at a time (P6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="assignments")
    staff = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    assigned_by_name = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    frozen = Frozen(written_once=("ended_at",))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_specialist_at_a_time",
                condition=models.Q(ended_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["staff"], name="assignment_open", condition=models.Q(ended_at__isnull=True)
            )
        ]


class StaffAbsence(models.Model):
    """The absence of a specialist, up to and including a program date; recorded by management.

    Until then ``cover`` looks after their partners, who stay assigned. A disabled specialist can be
    covered, too.
    """

    staff = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="absence")
    until_on = models.DateField(help_text="program date")
    cover = models.ForeignKey(User, models.PROTECT, null=True, related_name="covers")
    recorded_at = models.DateTimeField()
    recorded_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="nobody_stands_in_for_oneself", condition=~models.Q(cover=models.F("staff"))
            )
        ]


class Vetting(models.Model):
    """A decision of the second gate; never shown to partners."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="vettings")
    result = models.CharField(max_length=10, choices=VettingResult.choices)
    checklist = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    decided_on = models.DateField()
    decided_at = models.DateTimeField()
    staff = models.ForeignKey(User, models.PROTECT, related_name="+")
    frozen = Frozen(at="decided_at")


class InvitationCode(models.Model):
    """A code that management issues to a foreign terminal or manufacturer; it works once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=13, unique=True)
    business_type = models.ForeignKey(BusinessType, models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    note = models.CharField(max_length=200, blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(SecurityModel, models.PROTECT, null=True, related_name="+")
