"""Requests that change trade accounts, and what specialists recommend (T8, T9)."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from identity.models import User
from operations.states import WAITING, Operation, RequestStatus
from trade_accounts.models import TradeAccount

NAME_LENGTH = 200
REASON_LENGTH = 4_000


class TradeAccountRequest(Versioned):
    """A request to link, delink, merge or split, and what became of it.

    ``asking`` is the account from whose page it was asked, ``other`` the second one; a split has
    none. ``head`` is one of both: the top account of a link, the one above in a delink, the one
    that stays in a merge. A split names the C-TPAT accounts that go to the new account, and the
    addresses and memberships that are copied. Both companies see the row.

    ``agreed_to`` is the hash of the preview on which the newest decision was taken: what is applied
    is what was shown. ``outcome`` is that preview, as it was applied.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=6, choices=Operation.choices)
    status = models.CharField(
        max_length=13, choices=RequestStatus.choices, default=RequestStatus.DRAFT
    )
    asking = models.ForeignKey(
        TradeAccount, models.PROTECT, related_name="+", db_column="trade_account_id"
    )
    other = models.ForeignKey(TradeAccount, models.PROTECT, null=True, related_name="+")
    head = models.ForeignKey(TradeAccount, models.PROTECT, null=True, related_name="+")
    asking_name = models.CharField(max_length=NAME_LENGTH)
    other_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    new_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    model_ids = ArrayField(models.UUIDField(), default=list)
    address_ids = ArrayField(models.UUIDField(), default=list)
    member_ids = ArrayField(models.UUIDField(), default=list)
    reason = models.TextField(blank=True, max_length=REASON_LENGTH)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=NAME_LENGTH)
    started_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    waits_since = models.DateTimeField(null=True, help_text="when its newest wait began")
    agreed_by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_to = models.CharField(max_length=64, blank=True)
    decided_by_id = models.UUIDField(null=True)
    decided_by_name = models.CharField(max_length=NAME_LENGTH, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, max_length=REASON_LENGTH)
    answer = models.TextField(blank=True, max_length=REASON_LENGTH)
    new_account = models.ForeignKey(TradeAccount, models.PROTECT, null=True, related_name="+")
    outcome = models.JSONField(null=True)
    frozen = Frozen(
        changes=(
            "status", "version", "waits_since", "agreed_to", "answer", "decision_reason",
            "decided_by_id", "decided_by_name", "decided_at",
        ),
        written_once=("agreed_by_name", "agreed_at", "new_account_id", "outcome"),
        once="old.sent_at IS NOT NULL",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=True) | ~Q(asking=F("other")),
                name="request_is_between_two_accounts",
            ),
            models.CheckConstraint(
                condition=Q(head__isnull=True) | Q(head=F("asking")) | Q(head=F("other")),
                name="head_is_one_of_both",
            ),
            models.UniqueConstraint(
                fields=["kind", "asking", "other"],
                condition=Q(status__in=WAITING),
                name="one_open_request_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["asking", "-started_at"], name="requests_of_asking"),
            models.Index(fields=["other", "-started_at"], name="requests_of_other"),
            models.Index(
                fields=["status", "waits_since"],
                name="requests_that_wait",
                condition=Q(status__in=WAITING),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def lower_id(self) -> uuid.UUID | None:
        """The account that is not the head: the subsidiary, or the one that a merge closes."""
        if self.head_id is None:
            return None
        return self.other_id if self.head_id == self.asking_id else self.asking_id

    @property
    def head_name(self) -> str:
        """The name of the head, as it was when the request was made."""
        return self.asking_name if self.head_id == self.asking_id else self.other_name

    @property
    def lower_name(self) -> str:
        """The name of the other one."""
        return self.other_name if self.head_id == self.asking_id else self.asking_name


class Recommendation(models.Model):
    """What a specialist recommends to management; partners never see it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.PROTECT, related_name="+")
    request = models.ForeignKey(TradeAccountRequest, models.PROTECT, related_name="recommendations")
    staff = models.ForeignKey(User, models.PROTECT, related_name="+")
    staff_name = models.CharField(max_length=NAME_LENGTH)
    supports = models.BooleanField()
    text = models.TextField(max_length=REASON_LENGTH)
    written_at = models.DateTimeField()
    frozen = Frozen(at="written_at")
