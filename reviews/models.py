"""Everything that waits for staff, as one thing to read (ADR 14)."""

from __future__ import annotations

from typing import Any

from django.db import models

from core.staff_work import ItemWords, WaitsFor
from security_models.models import SecurityModel


class WorkItem(models.Model):
    """One thing that waits: a row of the view ``work_item`` over all kinds that apps register.

    The columns are explained in ``core.staff_work``. ``words`` and ``types`` are read for the rows
    of a page only (``selectors.queue.complete``).
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

    class Meta:
        managed = False
        db_table = "work_item"
