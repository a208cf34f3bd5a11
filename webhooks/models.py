"""Addresses of companies' own systems, and the events that are sent to them (ADR 26)."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core import clock
from core.concurrency import Versioned
from core.ids import new_id
from core.outside_addresses import LONGEST
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount
from webhooks.states import DeliveryState

NAME_LENGTH = 80
#: Of an answer so many characters are kept.
ANSWER_LENGTH = 1_000


class Endpoint(Versioned):
    """An address that gets events of a trade account, signed with a secret of its own.

    The secrets are encrypted. After a rotation the one before works until ``old_until``.
    ``failing_since`` is the first failure since something was delivered; after a day the portal
    turns the address off. It rests until ``rest_until`` after a failure, so that one that does not
    answer takes no time from others.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    url = models.CharField(max_length=LONGEST * 3)
    events = ArrayField(models.CharField(max_length=40))
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    off_at = models.DateTimeField(null=True)
    off_by_name = models.CharField(max_length=200, blank=True, help_text="empty: the portal")
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The server of the address, without what follows: that may be a secret."""
        return urlsplit(self.url).netloc

    @property
    def has_old_secret(self) -> bool:
        """Whether the secret before the current one still works."""
        return bool(self.old_secret) and self.old_until is not None and self.old_until > clock.now()


class Event(models.Model):
    """Something that happened, as it is sent: the very text, made in the transaction of the act.

    It holds what the company may see at that moment. ``subject`` is the row that it is about, by
    which the kind decides whether it is still shared. Without ``security_model`` it is a test.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.UUIDField(null=True)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="webhook_event_age")]


class Delivery(models.Model):
    """An event on its way to one address. The day of its attempts begins at ``begun_at``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    created_at = models.DateTimeField()
    begun_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_event_sent_once")
        ]
        indexes = [
            models.Index(fields=["endpoint", "-created_at"], name="webhook_deliveries_newest"),
            models.Index(
                fields=["next_attempt_at"],
                name="webhook_deliveries_due",
                condition=models.Q(state=DeliveryState.WAITING),
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still tried."""
        return self.state == DeliveryState.WAITING


class Attempt(models.Model):
    """One try to deliver: the HTTP status, or why there was none, and how long it took."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    http_status = models.PositiveSmallIntegerField(null=True)
    why = models.CharField(max_length=20, blank=True, help_text="a code of core.outside.Why")
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=ANSWER_LENGTH, blank=True)

    @property
    def is_taken(self) -> bool:
        """Whether the address answered that it has the event."""
        return self.http_status is not None and 200 <= self.http_status < 300

    @property
    def length(self) -> dt.timedelta:
        """How long it took."""
        return dt.timedelta(milliseconds=self.milliseconds)
