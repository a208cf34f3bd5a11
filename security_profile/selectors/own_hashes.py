"""Compares submissions, their answers and approved versions with the hashes in their own rows."""

from __future__ import annotations

from collections.abc import Sequence

from audit.models import What
from audit.selectors import Found
from core.crypto import content_hash
from security_profile.facts.criterion_answers import item_hash
from security_profile.models import ResponseVersion, Submission, SubmissionItem


def unlike_their_hash(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these rows, those whose content does not give the hash that was signed (P8)."""
    wrong = [one.pk for one in _submissions(table, ids)] + [one.pk for one in _answers(table, ids)]
    return [Found(table, str(one), What.CONTENT) for one in wrong]


def _submissions(table: str, ids: Sequence[str]) -> list[Submission]:
    if table != Submission._meta.db_table:
        return []
    rows = Submission.objects.filter(pk__in=ids).only("content", "content_hash")
    return [one for one in rows if content_hash(one.content) != one.content_hash]


def _answers(table: str, ids: Sequence[str]) -> list[SubmissionItem | ResponseVersion]:
    kinds: tuple[type[SubmissionItem] | type[ResponseVersion], ...]
    kinds = (SubmissionItem, ResponseVersion)
    return [
        one
        for kind in kinds
        if kind._meta.db_table == table
        for one in kind._default_manager.filter(pk__in=ids)
        if item_hash(one.text, one.not_applicable, one.reason, one.evidence) != one.item_hash
    ]
