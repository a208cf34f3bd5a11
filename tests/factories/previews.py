"""Previews as the worker leaves them."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import clock
from files.models import Preview, StoredFile
from files.services import draw
from files.states import RenderState
from tests.files import corpus


def asked(file: StoredFile) -> Preview:
    """A preview that waits for the worker."""
    preview, _made = Preview.objects.get_or_create(
        file=file,
        defaults={
            "scope_kind": file.scope_kind,
            "scope_id": file.scope_id,
            "asked_at": clock.now(),
            "next_attempt_at": clock.now(),
        },
    )
    return preview


def drawn(file: StoredFile) -> Preview:
    """The preview of a file, drawn and read as the worker does."""
    preview = asked(file)
    draw(preview.pk)
    return Preview.objects.get(pk=preview.pk)


def shown(file: StoredFile) -> Preview:
    """A preview of one small picture, whatever is in the file."""
    content = corpus.picture("PNG")
    preview = asked(file)
    preview.pages = [
        {
            "key": default_storage.save(f"{preview.pk.hex}-x-1", ContentFile(content)),
            "sha256": hashlib.sha256(content).hexdigest(),
            "size": len(content),
            "width": 120,
            "height": 80,
        }
    ]
    preview.state, preview.count, preview.drawn_at = RenderState.READY, 1, clock.now()
    preview.save()
    return preview
