"""Prints of a past state: deleted when their content may no longer be kept (U7)."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from core.tenancy import beyond_tenants
from files.models import Rendering
from files.providers.document_kinds import kind as registered
from files.providers.document_kinds import kinds
from files.services.uploads import discard
from identity.models import User


@transaction.atomic
def forget_prints(text: str) -> int:
    """Delete the documents that contain ``text``, except those of record; return how many.

    They are made again on request.
    """
    codes = [one.code for one in kinds() if one.of_record is not None]
    found = Rendering.objects.annotate(words=Cast("content", TextField())).filter(
        kind__in=codes, words__contains=text
    )
    count = 0
    for row in found.select_related("file"):
        of_record = registered(row.kind).of_record
        if of_record is None or of_record(row.content):
            continue
        row.delete()
        count += 1
        if row.file is not None:
            transaction.on_commit(partial(discard, row.file.storage_key))
            row.file.delete()
    return count


@beyond_tenants("The address of a person changes in every company at once.")
def follow_address(user: User, old: str, new: str) -> None:
    """Make sure that no print shows an address that a person has given up."""
    forget_prints(old)
