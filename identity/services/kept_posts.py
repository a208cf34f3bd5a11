"""Keeps what was typed when a session ended: encrypted, for 30 minutes, for that person only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction

from core import clock
from core.crypto import encrypt
from identity.models import KeptPost, User

#: Never kept, whatever the form: tokens, passwords, codes, answers to security questions.
SECRET = re.compile(
    r"csrfmiddlewaretoken|.*password.*|proof_.*|code|.*answer_[1-3]|backup_code|.*passkey.*|.*secret.*",
    re.IGNORECASE,
)
KEPT_A_PERSON = 20
LONGEST_PATH = 500


@transaction.atomic
def keep_post(*, user: User, path: str, fields: Iterable[tuple[str, list[str]]]) -> KeptPost | None:
    """Keep the fields of a form that could not be saved. None if nothing worth keeping is left.

    ``path`` is the page on which they are shown again. A newer one replaces an older one of the
    same page, and each person has at most 20.
    """
    typed = [
        (name, value) for name, values in fields if not SECRET.fullmatch(name) for value in values
    ]
    if len(path) > LONGEST_PATH or not any(value for _name, value in typed):
        return None
    KeptPost.objects.filter(user=user, path=path).delete()
    kept = KeptPost.objects.create(
        user=user, path=path, typed=encrypt(urlencode(typed)), kept_at=clock.now()
    )
    own = KeptPost.objects.filter(user=user).order_by("-kept_at")
    newest = list(own.values_list("pk", flat=True)[:KEPT_A_PERSON])
    KeptPost.objects.filter(user=user).exclude(pk__in=newest).delete()
    return kept


@transaction.atomic
def let_go_of_post(*, user: User, path: str) -> None:
    """Delete what was kept for a page, because it was shown."""
    KeptPost.objects.filter(user=user, path=path).delete()


@transaction.atomic
def sweep_kept_posts() -> int:
    """Delete what was not shown within 30 minutes; return how many."""
    end = clock.now() - dt.timedelta(seconds=settings.KEPT_POST_SECONDS)
    deleted, _by_table = KeptPost.objects.filter(kept_at__lte=end).delete()
    return deleted
