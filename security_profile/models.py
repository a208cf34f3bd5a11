"""Tables of the security profile (manual, "Security Profile"; P1-P8)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Case, Q, When
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from core.reference import ReferenceRow
from core.visible_length import visible_length_of
from documents.models import DocumentVersion
from identity.models import User
from security_models.models import BusinessType, SecurityModel
from security_profile.states import (
    REASON_MINIMUM,
    Level,
    SubmissionKind,
    SubmissionStatus,
    Verdict,
)

# --- the catalogue (reference/msc) --------------------------------------------------------------


class CriteriaSet(ReferenceRow):
    """A version of the minimum security criteria; the newest effective one is in force (P12)."""

    code = models.SlugField(primary_key=True, max_length=40)
    title = models.CharField(max_length=120)
    effective_on = models.DateField()


class Category(ReferenceRow):
    """A major security category; the left column of the profile lists them."""

    id = models.CharField(primary_key=True, max_length=60, help_text="set:number")
    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="categories")
    number = models.PositiveSmallIntegerField()
    focus_area = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    introduction = models.TextField()


class Criterion(ReferenceRow):
    """The statement of a criterion. ``code`` is its number, such as 3.5; x.50 and above are
    placeholders.
    """

    id = models.CharField(primary_key=True, max_length=60, help_text="set:code")
    criteria_set = models.ForeignKey(CriteriaSet, models.CASCADE, related_name="criteria")
    category = models.ForeignKey(Category, models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=10)
    position = models.PositiveIntegerField()
    level = models.CharField(max_length=6, choices=Level.choices)
    statement = models.TextField()
    guidance = models.TextField(blank=True)
    evidence_required = models.BooleanField()
    is_stand_in = models.BooleanField()


class Applicability(ReferenceRow):
    """The criterion applies to a business type, at a level that overrides the criterion's own."""

    id = models.CharField(primary_key=True, max_length=110)
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="applicability")
    business_type = models.ForeignKey(BusinessType, models.CASCADE, related_name="+")
    level = models.CharField(max_length=6, choices=Level.choices)


class CriterionVersion(ReferenceRow):
    """A criterion's level, words and evidence for one business type from a date on.

    The newest effective version overrides the criterion and its applicability. If a criterion
    changes for everyone, that is a new criteria set instead (P12).
    """

    id = models.CharField(primary_key=True, max_length=120, help_text="set:code:type:date")
    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="versions")
    business_type = models.ForeignKey(BusinessType, models.CASCADE, related_name="+")
    effective_on = models.DateField()
    level = models.CharField(max_length=6, choices=Level.choices)
    statement = models.TextField()
    guidance = models.TextField(blank=True)
    evidence_required = models.BooleanField()


class CatalogueStamp(models.Model):
    """One row; triggers renew ``stamp`` with every change of the catalogue (migration 0003).

    Each process keeps the catalogue in memory and compares this stamp now and then. So it notices
    edits in the database, reloads and manual statements.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.UUIDField(default=uuid.uuid4)


class ReturnReason(ReferenceRow):
    """A canned reason for returning an answer."""

    code = models.SlugField(primary_key=True, max_length=60)
    title = models.CharField(max_length=120)
    text_to_partner = models.TextField()
    what_to_do = models.TextField()


# --- the working copy ---------------------------------------------------------------------------


class Response(Versioned):
    """The working copy of an answer: a text, or Not Applicable with its reason (P2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="responses")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    not_applicable = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    is_ready = models.BooleanField(default=False)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    #: P2 without the evidence; stored in the database, so that counting reads no texts.
    is_answered = models.GeneratedField(
        expression=Case(
            When(
                not_applicable=True,
                then=GreaterThanOrEqual(visible_length_of("reason"), REASON_MINIMUM),
            ),
            default=GreaterThan(visible_length_of("text"), 0),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model", "criterion"], name="one_response_a_criterion"
            )
        ]


class ResponseRevision(models.Model):
    """An earlier content of a response: one row for each user and criterion in ten minutes, with
    the newest text.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, models.CASCADE, related_name="revisions")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    user_name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    not_applicable = models.BooleanField()
    reason = models.TextField(blank=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["response", "-started_at"], name="revision_newest")]


class EvidenceLink(models.Model):
    """A document version attached to a response; removed links stay as history."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    response = models.ForeignKey(Response, models.CASCADE, related_name="evidence")
    document_version = models.ForeignKey(DocumentVersion, models.PROTECT, related_name="links")
    added_at = models.DateTimeField()
    added_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=200, blank=True)

    #: Known of an upload: its content was attached here before, or was in the library.
    was_there = was_in_library = False
    frozen = Frozen(changes=("removed_at", "removed_by_name"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["response", "document_version"],
                name="evidence_once",
                condition=models.Q(removed_at__isnull=True),
            )
        ]


# --- what was submitted -------------------------------------------------------------------------


class Submission(models.Model):
    """What an Officer submitted: frozen content with its hash (P8).

    ``content`` is everything the Officer agreed to; the items repeat its responses as rows. A new
    round, which names the one before, answers a return.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="submissions")
    reference = models.CharField(max_length=10, unique=True)
    kind = models.CharField(max_length=12, choices=SubmissionKind.choices)
    round = models.PositiveSmallIntegerField(default=1)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    status = models.CharField(
        max_length=10, choices=SubmissionStatus.choices, default=SubmissionStatus.SUBMITTED
    )
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_on = models.DateField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_by_name = models.CharField(max_length=200)
    review_started_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by_name = models.CharField(max_length=200, blank=True)
    answer_due_on = models.DateField(null=True)
    frozen = Frozen(
        changes=("status",),
        written_once=("review_started_at", "reviewed_at", "reviewed_by_name", "answer_due_on"),
        at="submitted_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_open_submission",
                condition=models.Q(
                    status__in=[
                        SubmissionStatus.SUBMITTED,
                        SubmissionStatus.IN_REVIEW,
                        SubmissionStatus.RETURNED,
                    ]
                ),
            ),
            models.UniqueConstraint(
                fields=["security_model", "submitted_at"], name="submission_order"
            ),
        ]

    @property
    def is_first(self) -> bool:
        """Whether nothing was submitted before that this one answers or updates."""
        return self.round == 1 and self.kind == SubmissionKind.APPLICATION


class SubmissionItem(models.Model):
    """One frozen response of a submission; ``changed`` tells whether this round must decide it.

    ``evidence`` is a list of {version, title, name, sha256, size, content_type}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="items")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    response = models.ForeignKey(Response, models.PROTECT, related_name="+")
    level = models.CharField(max_length=6, choices=Level.choices)
    business_types = models.JSONField(default=list)
    text = models.TextField(blank=True)
    not_applicable = models.BooleanField()
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    item_hash = models.CharField(max_length=64)
    changed = models.BooleanField()
    frozen = Frozen(read_by=("submission_id", "response_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "criterion"], name="item_once")
        ]


class CriterionDecision(Versioned):
    """The specialist's decision about one item; a draft until the review is completed (P6).

    An annual review has parts that are no items: ``part`` names one that is returned (P10).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="decisions")
    item = models.OneToOneField(SubmissionItem, models.CASCADE, null=True, related_name="decision")
    part = models.CharField(max_length=80, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    internal_note = models.TextField(blank=True)
    is_draft = models.BooleanField(default=True)
    carried_over = models.BooleanField(default=False, help_text="accepted in an earlier round")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()
    frozen = Frozen(once="not old.is_draft", read_by=("submission_id", "item_id"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "part"], name="part_decided_once", condition=~Q(part="")
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, part="") | (Q(item__isnull=True) & ~Q(part="")),
                name="decision_of_item_or_part",
            ),
        ]


class ResponseVersion(models.Model):
    """An approved answer. Each changed criterion gets a new row, which is never altered (P7)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    response = models.ForeignKey(Response, models.PROTECT, related_name="versions")
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    not_applicable = models.BooleanField()
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=list)
    item_hash = models.CharField(max_length=64)
    approved_at = models.DateTimeField()
    approved_on = models.DateField()
    frozen = Frozen(read_by=("response_id",), at="approved_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "number"], name="response_version_once")
        ]


# --- the annual review --------------------------------------------------------------------------


class AnnualReview(Versioned):
    """What was done for the review of one year, made when something is first done for it (P10).

    Its state follows from dates and from ``submission``, the newest round submitted for it
    (``facts.annual_reviews``). ``rechecks`` holds, for each business type, {answers, by, at}: the
    eligibility questions answered anew. ``submitted_on`` is the day of the first round, which meets
    the due date or is late. ``reminded`` is the offset of the last reminder that was sent.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="annual_reviews")
    due_on = models.DateField()
    assessed_on = models.DateField(null=True, help_text="the day of the risk assessment")
    assessment = models.TextField(blank=True)
    assessment_document = models.ForeignKey(
        DocumentVersion, models.PROTECT, null=True, related_name="+"
    )
    assessed_by_name = models.CharField(max_length=200, blank=True)
    assessed_at = models.DateTimeField(null=True)
    rechecks = models.JSONField(default=dict)
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="reviews")
    submitted_on = models.DateField(null=True)
    rechecked_by_name = models.CharField(max_length=200, blank=True, help_text="by the specialist")
    rechecked_at = models.DateTimeField(null=True)
    reminded = models.SmallIntegerField(null=True)
    escalated_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closing_reason = models.TextField(blank=True)
    closed_by_name = models.CharField(max_length=200, blank=True)
    frozen = Frozen(
        ("version", "assessed_on", "assessment", "assessment_document_id", "assessed_by_name",
         "assessed_at", "rechecks", "submission_id", "submitted_on", "reminded", "closing_reason",
         "closed_by_name"),
        written_once=("rechecked_by_name", "rechecked_at", "escalated_on", "closed_on"),
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["security_model", "due_on"], name="one_review_a_year")
        ]


class ReviewConfirmation(models.Model):
    """A tick in an annual review: that a criterion or a section is as it should be (P10).

    ``subject`` is the id of the criterion, or a section (``facts.annual_reviews.section_key``).
    ``digest`` is the content that was confirmed, so a later change must be confirmed again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="confirmations")
    subject = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    together = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_by_name = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "subject"], name="confirmed_once")]
