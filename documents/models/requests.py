"""Requests of the program for documents: "upload this by that day" (D6)."""

from __future__ import annotations

from django.db import models

from core.concurrency import Versioned
from core.ids import new_id
from documents.models.library import DESCRIPTION_LENGTH, TITLE_LENGTH, DocumentType
from documents.states import RequestStatus
from security_models.models import SecurityModel


class DocumentRequest(Versioned):
    """A document that staff ask a company for, until a day.

    What was added for it carries its place tag. ``said`` is what staff wrote last: why it is asked
    for again, or why it is not needed any longer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    title = models.CharField(max_length=TITLE_LENGTH)
    why = models.TextField(blank=True, max_length=DESCRIPTION_LENGTH)
    type = models.ForeignKey(DocumentType, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField()
    status = models.CharField(
        max_length=12, choices=RequestStatus.choices, default=RequestStatus.OPEN
    )
    status_at = models.DateTimeField()
    status_by_name = models.CharField(max_length=200)
    said = models.TextField(blank=True, max_length=DESCRIPTION_LENGTH)
    asked_at = models.DateTimeField()
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)

    class Meta:
        indexes = [
            models.Index(
                fields=["security_model", "status", "due_on"], name="document_request_of_model"
            ),
            models.Index(
                fields=["due_on"],
                name="document_request_due",
                condition=models.Q(status=RequestStatus.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return self.title
