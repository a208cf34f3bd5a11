"""Reads stored files: only content that is unchanged since the upload leaves the portal (D5, P8,
U-6).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, Q

from audit.models import What
from audit.providers.differences import CannotTell
from audit.selectors import Altered as FactAltered
from audit.selectors import Facts, Found, unaltered
from core import clock
from files.machine import scope_of
from files.models import Rendering, StoredFile
from files.states import RenderState, ScanState
from notifications.providers.kinds import operators
from notifications.services.sending import notify

log = logging.getLogger(__name__)

CHUNK = 256 * 1024


class Altered(Exception):
    """The stored content, or its row, does not match what was received."""


def open_unaltered(file: StoredFile, *beside: Facts) -> BinaryIO:
    """The stored file, opened, after its hash was compared; the caller closes it.

    Raises Altered, or OSError if the store does not answer. Reading 25 MB, the largest size
    allowed, takes a tenth of a second. What is sent comes from the same open file. ``beside`` are
    facts to compare in the same statement; if one of them differs, this raises their own Altered.
    """
    try:
        unaltered(Facts(StoredFile, "id", [file.pk]), *beside)
    except FactAltered as found:
        if any(one.of_table != StoredFile._meta.db_table for one in found.found):
            raise
        raise Altered from found
    return opened_at(file.storage_key, file.sha256)


def opened_at(key: str, sha256: str) -> BinaryIO:
    """Stored content, opened at its start, after its hash was compared; the caller closes it.

    Raises Altered, or OSError if the store does not answer.
    """
    opened = cast("BinaryIO", default_storage.open(key))
    try:
        if digest_of(opened) != sha256:
            raise Altered
        opened.seek(0)
    except BaseException:
        opened.close()
        raise
    return opened


def digest_of(content: BinaryIO) -> str:
    """SHA-256, in hex, of everything from the start."""
    content.seek(0)
    digest = hashlib.sha256()
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def changed_files(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these rows, those whose stored content is not what was received, or is gone.

    Raises CannotTell if the store does not answer, which says nothing about a file.
    """
    if table != StoredFile._meta.db_table:
        return []
    kept = StoredFile.objects.filter(pk__in=ids, state=ScanState.CLEAN)
    return [Found(table, str(file.pk), What.FILE) for file in kept if not _is_as_received(file)]


def documents_unlike_their_state(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these documents, those that say to be ready and have no file, or the other way round."""
    if table != Rendering._meta.db_table:
        return []
    ready = Q(state=RenderState.READY)
    wrong = Rendering.objects.filter(pk__in=ids).filter(
        ready & Q(file=None) | ~ready & Q(file__isnull=False)
    )
    return [Found(table, str(pk), What.ALTERED) for pk in wrong.values_list("pk", flat=True)]


def without_their_file(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these rows, those that name a file whose row is gone.

    A file that nothing names may be deleted, and a seal says so; whoever forges that seal deletes a
    file that something names.
    """
    relations = StoredFile._meta.get_fields(include_hidden=True)
    fields = [one.field for one in relations if isinstance(one, ForeignObjectRel)]
    lost: list[Any] = []
    for field in fields:
        if field.model._meta.db_table == table:
            there = StoredFile.objects.filter(pk=OuterRef(field.attname))
            rows = field.model._base_manager.filter(pk__in=ids, **{f"{field.name}__isnull": False})
            lost += rows.filter(~Exists(there)).values_list("pk", flat=True)
    return [Found(table, str(pk), What.FILE) for pk in dict.fromkeys(lost)]


def _is_as_received(file: StoredFile) -> bool:
    try:
        with default_storage.open(file.storage_key) as content:
            return digest_of(cast("BinaryIO", content)) == file.sha256
    except OSError as error:
        if not _store_answers():
            raise CannotTell from error
        log.warning("file %s cannot be read", file.pk, exc_info=error)
        return False


def _store_answers() -> bool:
    """Whether the store is there; one that holds nothing is not, since something was to be read."""
    try:
        return any(default_storage.listdir(""))
    except OSError:
        return False


def bytes_of_files(table: str, ids: Sequence[str]) -> dict[str, int]:
    """How many bytes :func:`changed_files` reads of each of these rows."""
    if table != StoredFile._meta.db_table:
        return {}
    kept = StoredFile.objects.filter(pk__in=ids, state=ScanState.CLEAN)
    return {str(pk): size for pk, size in kept.values_list("pk", "size")}


@transaction.atomic
def tell_of_altered(file: StoredFile) -> None:
    """Notify operators, once a day for each file."""
    log.error("file %s is not what was received; it is not served", file.pk)
    notify(
        "operations.file_changed",
        scope=scope_of(file),
        to=operators(),
        file=str(file.pk),
        once_key=f"operations.file_changed:{file.pk}:{clock.today()}",
    )
