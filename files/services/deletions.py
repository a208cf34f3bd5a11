"""Deletes stored files that nothing names."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from files.models import StoredFile
from files.services.previews import forget_inside
from files.services.uploads import discard


def delete_unnamed(file: StoredFile) -> bool:
    """Delete a file, its content and its preview, unless a row of any app still names it; whether
    it is gone.

    The content goes after the commit, so that a rollback keeps both.
    """
    try:
        with transaction.atomic():
            forget_inside([file])
            file.delete()
    except (ProtectedError, IntegrityError):
        return False
    transaction.on_commit(partial(discard, file.storage_key))
    return True
