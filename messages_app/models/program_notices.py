"""Tables of notices of the program: what is published, for whom, and who has seen it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from core.concurrency import Versioned
from core.ids import new_id
from identity.models import User
from messages_app.states import NoticeKind, NoticeStatus, Severity
from security_models.models import SecurityModel

#: The longest text of a notice, in characters.
LONGEST = 20_000


class ProgramNotice(Versioned):
    """A notice of the program: its draft, and once published what readers see.

    ``groups`` and ``business_types`` are the audience, together with the rows of
    :class:`NoticeAccount`; ``accounts`` is their list as it was typed. ``correction`` is the draft
    of the next version, empty if there is none. ``number`` is the published version, 0 before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    status = models.CharField(
        max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT
    )
    number = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=NoticeKind.choices)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    about_on = models.DateField(null=True, help_text="the day of the maintenance or new criteria")
    groups = ArrayField(models.CharField(max_length=24), default=list)
    business_types = ArrayField(models.CharField(max_length=40), default=list)
    accounts = models.TextField(blank=True)
    by_account = models.BooleanField(default=False, help_text="only the accounts of the list")
    people = models.PositiveIntegerField(default=0, help_text="addressed when it was published")
    has_banner = models.BooleanField(default=True)
    has_message = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, help_text="empty: when it is published")
    ends_at = models.DateTimeField()
    correction = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by_id = models.UUIDField()
    updated_by_name = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)
    published_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_name = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="notice_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[NoticeStatus.DRAFT, NoticeStatus.DISCARDED])
                | Q(starts_at__isnull=False, number__gt=0),
                name="published_notice_has_a_start",
            ),
        ]


class NoticeAccount(models.Model):
    """An account of the list to which a notice is limited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(ProgramNotice, models.CASCADE, related_name="chosen")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "security_model"], name="notice_account_once")
        ]


class NoticeVersion(models.Model):
    """What was published, as it was; ``note`` says what a correction changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(ProgramNotice, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=12, choices=Severity.choices)
    title = models.CharField(max_length=120)
    text = models.TextField()
    link = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    audience = models.JSONField(help_text="groups, business types, number of chosen accounts")
    people = models.PositiveIntegerField(help_text="in the audience when it was published")
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField()
    published_by_id = models.UUIDField()
    published_by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_version_once")
        ]


class NoticeReader(models.Model):
    """A person whom a notice concerns.

    ``addressed`` people were in the audience when it was published; others have seen its banner
    since. The numbers are versions: the newest that was sent, seen, dismissed; 0 for none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(ProgramNotice, models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    addressed = models.BooleanField()
    sent = models.PositiveSmallIntegerField(default=0)
    seen = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, help_text="when the newest seen version was seen")
    dismissed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "notice"], name="notice_reader_once")
        ]
        indexes = [
            models.Index(
                fields=["notice", "sent"],
                name="notice_to_send",
                condition=Q(addressed=True),
            )
        ]


class NoticeSending(models.Model):
    """The sending of one version to its audience: an effect that a worker works off in steps."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    notice = models.ForeignKey(ProgramNotice, models.CASCADE, related_name="sendings")
    number = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="notice_sent_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="notice_sending_due",
                condition=Q(ended_at__isnull=True),
            )
        ]


class NoticeStamp(models.Model):
    """One row, with another value after each change of what is published.

    Every transaction reads it as it begins (``core.tenancy``), so that a process reads the
    published banners again only after one was changed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(default=uuid.uuid4)
