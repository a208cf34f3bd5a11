"""Notices and the outbox. Both are written in the transaction of the act that they report."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from audit.models import Scoped
from core.ids import new_id
from notifications.states import ENDED, OutboxState, ReturnKind, Way

__all__ = ["Choice", "FailingAddress", "Notification", "Outbox", "OutboxState", "Way"]


class Notification(Scoped):
    """A notice in the portal for one user; the same words as the email.

    ``account`` is the name that the email gave to the company, and ``as_group`` the recipient group
    through which the reader got it, empty if it was addressed to the person. ``digested_at`` is
    when a digest named it, or found nothing to say about it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    account = models.CharField(max_length=200, blank=True)
    as_group = models.CharField(max_length=40, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.AT_ONCE)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    digested_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-created_at"], name="notification_newest"),
            models.Index(fields=["user_id", "account"], name="notification_accounts"),
            models.Index(fields=["user_id"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["user_id", "created_at"],
                name="notification_for_digest",
                condition=Q(way=Way.DIGEST, digested_at=None),
            ),
        ]


class Outbox(Scoped):
    """One email to one address: sent at least once, with a stable Message-ID.

    ``answers`` is the Message-ID of the email that an automatic reply answers. ``came_back_at`` is
    when the email came back, or was complained about: each counts once.
    ``unsubscribe_url`` is the address under which its reader ends emails like this one without
    signing in (RFC 8058); empty for emails that cannot be ended.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    to_address = models.EmailField(max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    unsubscribe_url = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=10, choices=OutboxState.choices, default=OutboxState.PENDING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    once_key = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 (many without)
    answers = models.CharField(max_length=250, blank=True)
    came_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_due",
                condition=Q(state=OutboxState.PENDING),
            ),
            models.Index(fields=["to_address", "-sent_at"], name="outbox_by_address"),
            models.Index(
                fields=["-created_at"],
                name="outbox_not_sent",
                condition=Q(state__in=[OutboxState.DEAD, OutboxState.STOPPED]),
            ),
            models.Index(
                fields=["created_at"],
                name="outbox_with_text",
                condition=Q(state__in=ENDED) & ~Q(text=""),
            ),
        ]


class FailingAddress(models.Model):
    """An address from which emails come back. The row goes when emails arrive again.

    ``hard_in_row`` counts refusals for good without an email that arrived in between. Emails stop
    at ``stopped_at``; ``tried_at`` is when the person asked us to try again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.EmailField(max_length=254, unique=True)
    kind = models.CharField(max_length=10, choices=ReturnKind.choices)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    hard_in_row = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)


class Choice(models.Model):
    """How a person wants notices of one kind, if that differs from the kind's default.

    An empty ``kind`` is about the digest itself: the person has ended it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user_id = models.UUIDField()
    kind = models.CharField(max_length=60, blank=True)
    way = models.CharField(max_length=10, choices=Way.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "kind"], name="chosen_once")]
