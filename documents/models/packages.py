"""ZIP files of documents, which the worker makes for one person."""

from __future__ import annotations

import datetime as dt

from django.db import models

from core import clock
from core.ids import new_id
from documents.states import PackageState
from files.models import StoredFile
from identity.models import User

#: The clock after which a ZIP file is deleted.
KEPT = "document_package"


class Package(models.Model):
    """A ZIP file of documents for one person, who alone can see it.

    ``contents`` lists the versions to put in, each with its account and folder, as they were when
    it was asked for, and once it is made why one was left out. ``done`` counts those that were read
    so far, ``left_out`` those that could not be put in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=PackageState.choices, default=PackageState.PENDING
    )
    contents = models.JSONField()
    left_out = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-requested_at"], name="package_of_person"),
            models.Index(
                fields=["next_attempt_at"],
                name="package_due",
                condition=models.Q(state=PackageState.PENDING),
            ),
        ]

    @property
    def is_pending(self) -> bool:
        """Whether the worker makes it now, or will."""
        return self.state == PackageState.PENDING

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.state == PackageState.READY and not self.is_over

    @property
    def expires_at(self) -> dt.datetime:
        """When it is deleted: some days after it was made, or after it was asked for."""
        return clock.clock(KEPT).expires(self.ready_at or self.requested_at)

    @property
    def is_over(self) -> bool:
        """Whether its time is over."""
        return clock.now() >= self.expires_at
