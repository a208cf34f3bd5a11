"""Requests of companies to change what is locked (T3, S3)."""

from __future__ import annotations

from django.db import models

from audit.frozen import Frozen
from audit.models import ScopeKind
from change_requests.states import WAITING, ChangeAct, ChangeKind, ChangeStatus
from core.concurrency import Versioned
from core.ids import new_id
from files.models import StoredFile
from security_models.models import IdentifierType, SecurityModel
from trade_accounts.models import TradeAccount

REASON_LENGTH = 4000
NAME_LENGTH = 200


class ChangeRequest(Versioned):
    """One request with its lines and proofs.

    ``security_model`` is the C-TPAT account whose specialist decides. Numbers are always its own;
    for the company name it may be missing (then the program office decides), and is chosen anew
    each time the request is sent. ``round`` counts how often it was sent. ``said`` is what staff
    wrote last. ``updated_by_id`` is who wrote the current version.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    trade_account = models.ForeignKey(TradeAccount, models.PROTECT, related_name="change_requests")
    security_model = models.ForeignKey(
        SecurityModel, models.PROTECT, null=True, related_name="change_requests"
    )
    status = models.CharField(
        max_length=10, choices=ChangeStatus.choices, default=ChangeStatus.DRAFT
    )
    reason = models.TextField(blank=True, max_length=REASON_LENGTH)
    round = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    started_by_id = models.UUIDField()
    started_by_name = models.CharField(max_length=200)
    asked_on = models.DateField(null=True, help_text="program date of the newest sending")
    asked_at = models.DateTimeField(null=True)
    asked_by_id = models.UUIDField(null=True)
    asked_by_name = models.CharField(max_length=200, blank=True)
    status_at = models.DateTimeField()
    status_by_name = models.CharField(max_length=200)
    said = models.TextField(blank=True, max_length=REASON_LENGTH)
    updated_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trade_account"],
                name="one_draft_of_a_name",
                condition=models.Q(status=ChangeStatus.DRAFT, kind=ChangeKind.NAME),
            ),
            models.UniqueConstraint(
                fields=["security_model"],
                name="one_draft_of_numbers",
                condition=models.Q(status=ChangeStatus.DRAFT, kind=ChangeKind.NUMBERS),
            ),
            models.CheckConstraint(
                name="numbers_belong_to_an_account",
                condition=models.Q(kind=ChangeKind.NAME) | models.Q(security_model__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["trade_account", "-started_at"], name="change_of_account"),
            models.Index(fields=["security_model", "-started_at"], name="change_of_model"),
            models.Index(
                fields=["asked_on"],
                name="change_waits",
                condition=models.Q(status__in=sorted(WAITING)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_of_name(self) -> bool:
        """Whether it is about the company name."""
        return self.kind == ChangeKind.NAME


class ChangeLine(models.Model):
    """One change of a request: what is now, and what it is to be.

    ``key`` names what is changed, so that only one request at a time ``waits`` for it. A new number
    is stored as :class:`~security_models.models.EntityIdentifier` stores it: a personal one
    encrypted, and only until the request is decided (T7).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="lines")
    trade_account_id = models.UUIDField()
    act = models.CharField(max_length=8, choices=ChangeAct.choices)
    key = models.CharField(max_length=140)
    waits = models.BooleanField(default=False)
    type = models.ForeignKey(IdentifierType, models.PROTECT, null=True, related_name="+")
    type_before = models.ForeignKey(IdentifierType, models.PROTECT, null=True, related_name="+")
    identifier_id = models.UUIDField(null=True)
    before_hash = models.CharField(max_length=64, blank=True)
    before_shown = models.CharField(max_length=NAME_LENGTH, blank=True)
    value = models.TextField(blank=True)
    value_hash = models.CharField(max_length=64, blank=True)
    shown = models.CharField(max_length=NAME_LENGTH, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                name="one_open_request_for_a_field",
                condition=models.Q(waits=True),
            ),
            models.UniqueConstraint(fields=["request", "key"], name="field_once_in_a_request"),
        ]


class ChangeProof(models.Model):
    """A file that proves what a request says. One that was taken out is kept.

    ``scope_kind`` and ``scope_id`` are those of its file and its seal: the C-TPAT account whose
    numbers it is about, or the company for its name. The company may change by a merge or a split.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="proofs")
    trade_account_id = models.UUIDField()
    scope_kind = models.CharField(
        max_length=14, choices=ScopeKind.choices, default=ScopeKind.TRADE_ACCOUNT
    )
    scope_id = models.UUIDField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    added_by_id = models.UUIDField(null=True)
    added_by_name = models.CharField(max_length=200)
    removed_at = models.DateTimeField(null=True)
    removed_by_name = models.CharField(max_length=200, blank=True)
    frozen = Frozen(changes=("trade_account_id",), written_once=("removed_at", "removed_by_name"))
