"""Everything that waits for staff as one read model (ADR 14), and what staff note on it."""

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
    """An item that waits: a row of the view ``work_item`` over all kinds that apps register.

    ``core.staff_work`` explains the columns. ``words``, ``types`` and ``marks`` are read only for
    the rows of a page (``selectors.queue.complete``).
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
    """How a person arranges their own queue: an item pinned to the top, or snoozed until a day.

    It changes no list of others, no figure and no due date. A snooze ends on its date; until the
    day before it is in force. No key refers to an item, because items are rows of a view. The mark
    of an item that no longer exists has no effect, and is deleted with the writer's next mark. So
    is a mark whose writer has not been in charge since it was made (``selectors.marks.in_force``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(User, models.CASCADE, related_name="+")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    item_id = models.UUIDField()
    made_at = models.DateTimeField(help_text="when it was last changed")
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
        """The kind and id of its item."""
        return self.kind, self.item_id

    @property
    def is_snoozed(self) -> bool:
        """Whether the item is hidden from the unfiltered queue today."""
        return self.snoozed_until is not None and clock.today() < self.snoozed_until
