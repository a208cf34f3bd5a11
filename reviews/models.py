"""Everything that waits for staff, as one thing to read (ADR 14), and what they note on it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models

from core import clock
from core.ids import new_id
from core.staff_work import ItemWords, WaitsFor
from identity.models import User
from security_models.models import SecurityModel

SNOOZE_REASON_MAXIMUM = 300


class WorkItem(models.Model):
    """One thing that waits: a row of the view ``work_item`` over all kinds that apps register.

    The columns are explained in ``core.staff_work``. ``words``, ``types`` and ``marks`` are read
    for the rows of a page only (``selectors.queue.complete``).
    """

    pk = models.CompositePrimaryKey("kind", "id")
    kind = models.TextField()
    id = models.UUIDField()
    subject_id = models.UUIDField()
    security_model = models.ForeignKey(
        SecurityModel, models.DO_NOTHING, related_name="+", db_constraint=False
    )
    round = models.IntegerField()
    received_on = models.DateField()
    received_at = models.DateTimeField()
    due_stated = models.DateField(null=True)
    due_from = models.DateField(null=True)
    due_clock = models.TextField()
    waits_for = models.TextField(choices=WaitsFor.choices)
    size = models.IntegerField()
    state = models.TextField()

    words: ItemWords
    types: list[dict[str, Any]]
    marks: Sequence[WorkMark]

    class Meta:
        managed = False
        db_table = "work_item"


class WorkMark(models.Model):
    """How someone arranges the own queue: an item pinned to the top, or snoozed until a day.

    It changes nobody else's list, no figure and no due date. A snooze ends by its date: until the
    day before it is in force. No key refers to an item, which is a row of a view; the mark of an
    item that is gone says nothing, and goes with the next mark of its writer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(User, models.CASCADE, related_name="+")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    item_id = models.UUIDField()
    pinned_at = models.DateTimeField(null=True)
    snoozed_until = models.DateField(null=True, help_text="program date on which it is back")
    reason = models.CharField(max_length=SNOOZE_REASON_MAXIMUM, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "kind", "item_id"], name="one_mark_of_a_person_on_an_item"
            ),
            models.CheckConstraint(
                name="a_mark_says_something",
                condition=models.Q(pinned_at__isnull=False) | models.Q(snoozed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="a_snooze_has_a_reason",
                condition=models.Q(snoozed_until__isnull=True, reason="")
                | models.Q(snoozed_until__isnull=False) & ~models.Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["item_id"], name="marks_of_an_item")]

    @property
    def key(self) -> tuple[str, uuid.UUID]:
        """Kind and id of its item."""
        return self.kind, self.item_id

    @property
    def is_snoozed(self) -> bool:
        """Whether the item is out of the plain queue today."""
        return self.snoozed_until is not None and clock.today() < self.snoozed_until
