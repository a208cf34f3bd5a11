"""Reads the records that differ from what was written, and which of them were accepted (A5).

Whoever can write to the table of differences must not be able to accept one. So only the event
counts that the command has recorded: if it names the difference, its row and the digest of that
row, and fits its seal. The nightly check finds an event that is not signed (:func:`is_signed_one`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import BooleanField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from audit.models import Difference, Event, Seal, What
from audit.selectors.facts import Facts, Found
from core.crypto import content_hash
from core.signing import can_check, is_signed

#: The kind of event that accepts a difference.
ACCEPTED = "audit.difference_accepted"
#: What the signature of an acceptance covers, besides the id of the difference.
SIGNED = ("of_table", "row", "what", "digest", "by", "why")

_IS_ACCEPTED = """
    EXISTS (
        SELECT FROM audit_event said JOIN audit_seal seal
            ON seal.of_table = 'audit_event' AND seal.row_id = said.id::text AND seal.part = ''
        WHERE said.id = audit_difference.acceptance_id AND said.kind = %s
            AND said.subject_id = audit_difference.id
            AND said.data @> jsonb_build_object(
                'of_table', audit_difference.of_table, 'row', audit_difference.row_id,
                'what', audit_difference.what, 'digest', audit_difference.digest)
            AND seal.digest = fact_digest(to_jsonb(said), '{}'))
"""


def open_differences() -> QuerySet[Difference]:
    """The records that differ from what was written, the first found first; not those accepted."""
    return _differences().filter(~Q(_is_accepted()))


def accepted_differences() -> QuerySet[Difference]:
    """Those that still differ and were accepted for a reason, with the event that says so."""
    return _differences().filter(_is_accepted()).select_related("acceptance")


def _is_accepted() -> RawSQL:
    return RawSQL(_IS_ACCEPTED, [ACCEPTED], BooleanField())  # noqa: S611 (our own SQL)


def _differences() -> QuerySet[Difference]:
    return Difference.objects.filter(settled_at=None).order_by("found_at", "id")


def named_by(one: Found) -> str:
    """The column that names its row: the position of a seal, the day of a statement, or the id."""
    if one.of_table == Seal._meta.db_table:
        return "position"
    return "day" if one.what == What.STATEMENT else "id"


def digests(found: Collection[Found]) -> dict[Found, str]:
    """The digest of each row as it is now; empty if there is none."""
    return _looked_up(found, _digests_of)


def scopes(found: Collection[Found]) -> dict[Found, str]:
    """The chain that each row belongs to, as its seal says: the kind of its owner and the id.

    What has no seal belongs where its own columns say; empty if it is not there either.
    """
    return _looked_up(found, _scopes_of)


def _looked_up(
    found: Collection[Found], values_of: Callable[[str, str, list[str]], dict[str, str]]
) -> dict[Found, str]:
    values: dict[Found, str] = {}
    for (table, column), ones in groupby(sorted(found, key=_column), key=_column):
        group = list(ones)
        there = values_of(table, column, [one.row_id for one in group])
        values |= {one: there.get(one.row_id, "") for one in group}
    return values


def _column(one: Found) -> tuple[str, str]:
    return one.of_table, named_by(one)


@cache
def model_of(table: str) -> type[Model] | None:
    """The model whose facts a table holds."""
    tables = {one._meta.db_table: one for one in apps.get_models() if hasattr(one, "frozen")}
    return tables.get(table)


def _digests_of(table: str, column: str, row_ids: list[str]) -> dict[str, str]:
    return _of_rows("fact_digest(to_jsonb(t), %(changes)s)", table, column, row_ids)


def _scopes_of(table: str, column: str, row_ids: list[str]) -> dict[str, str]:
    if table == Seal._meta.db_table:
        return _of_rows("t.scope", table, column, row_ids)
    now = _of_rows("fact_scope(to_jsonb(t))", table, column, row_ids)
    sealed = Seal.objects.filter(of_table=table, row_id__in=row_ids, part="")
    return now | dict(sealed.values_list("row_id", "scope"))


def _of_rows(what: str, table: str, column: str, row_ids: list[str]) -> dict[str, str]:
    """An expression over the rows ``t``, by what names each; ``changes`` are its living columns."""
    model = model_of(table)
    if model is None:
        return {}
    facts = Facts(model, column, possible(model, column, row_ids))
    statement = f'SELECT t."{column}"::text, {what} FROM "{table}" t'  # noqa: S608 (our own names)
    statement += f' WHERE t."{column}" = ANY (%(named)s::{facts.kind}[])'
    values = {"changes": list(facts.frozen.changes), "named": list(facts.values)}
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return dict(cursor.fetchall())


def possible(model: type[Model], column: str, values: Collection[str]) -> list[str]:
    """Those of the values that the column can hold; whoever writes to the table may name any."""
    field: Any = model._meta.get_field(column)
    fitting = []
    for value in values:
        try:
            fitting.append(str(field.to_python(value)))
        except ValidationError:
            continue
    return fitting


def signed_words(difference_id: Any, data: dict[str, Any]) -> str:
    """What the signature of an acceptance covers."""
    return content_hash([str(difference_id), *(data.get(name) for name in SIGNED)])


def unsigned_acceptances(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these events, those that accept a difference and that our key did not sign.

    The application's role may add any event, and it gets a seal; only the command has the key.
    An acceptance by an earlier version names no digest, and accepts nothing any longer.
    """
    if table != Event._meta.db_table or not can_check():
        return []
    accepting = Event.objects.filter(pk__in=ids, kind=ACCEPTED, data__has_key="digest")
    return [Found(table, str(one.pk), What.CONTENT) for one in accepting if not is_signed_one(one)]


def is_signed_one(event: Event) -> bool:
    """Whether our key has signed what an acceptance says."""
    words = signed_words(event.subject_id, event.data)
    return is_signed(words, str(event.data.get("signature", "")))
