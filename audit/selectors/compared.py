"""Compares facts with their seals in the query that reads them, without a statement more (P8)."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Expression,
    F,
    Func,
    JSONField,
    Model,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject

from audit.models import Seal, What
from audit.selectors.facts import Altered, Facts, Found

#: A condition over a joined row.
_ALTERED = """
    fact_digest(to_jsonb({row}), string_to_array('{besides}', ',')) IS DISTINCT FROM (
        SELECT seal.digest FROM audit_seal seal WHERE seal.of_table = '{table}'
        AND seal.row_id = {row}.id::text AND seal.part = '')
"""


def altered(model: type[Model], row: str) -> str:
    """A condition over a joined ``row``, for queries that read frozen text anyway."""
    declared = Facts(model, "id", ())
    besides = ",".join((*declared.frozen.changes, *declared.frozen.written_once))
    return _ALTERED.format(row=row, table=declared.table, besides=besides)


def fact_altered(model: type[Model], key: str) -> Expression:
    """Whether the fact that the column ``key`` names is not what was written, or is gone.

    Unlike :func:`altered`, it does not depend on how a query names its tables.
    """
    table = model._meta.db_table
    differs = f"SELECT {altered(model, 'fact')} FROM {table} fact"  # noqa: S608 (our own SQL)
    template = f"coalesce(({differs} WHERE fact.id = %(expressions)s), true)"
    return Func(F(key), template=template, output_field=BooleanField())


def once_altered(model: type[Model], *columns: str) -> Expression:
    """Whether a column that is written once (a date, number or text) is not what was written.

    For queries that show such a column anyway. All columns that are written once, or only some.
    """
    written_once = columns or model.frozen.written_once  # type: ignore[attr-defined]
    each = [_once_altered(model, column) for column in written_once]
    return Func(
        *each,
        template="(%(expressions)s)",
        arg_joiner=" OR ",
        output_field=BooleanField(),
    )


def _once_altered(model: type[Model], column: str) -> Expression:
    digest = Func(
        Func(Value(column), F(column), function="jsonb_build_object"),
        Value([], ArrayField(TextField())),
        function="fact_digest",
    )
    seals = Seal.objects.filter(
        of_table=model._meta.db_table, row_id=Cast(OuterRef("pk"), TextField()), part=column
    )
    is_written = Q(**{f"{column}__isnull": False})
    if isinstance(model._meta.get_field(column), (CharField, TextField)):
        is_written &= ~Q(**{column: ""})
    written = Case(When(is_written, then=digest), output_field=TextField())
    sealed = Subquery(seals.values("digest")[:1])
    return Func(written, sealed, template="(%(expressions)s)", arg_joiner=" IS DISTINCT FROM ")


#: Before the name of a table in the JSON object: the id of its row, if that was altered.
_MARK = "altered in "


class _ComparedField(JSONField):
    """JSON that is handed out without its marks, or not at all."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Raises Altered if the object is marked."""
        read = super().from_db_value(value, expression, connection)
        marks = {key: read.pop(key) for key in list(read) if key.startswith(_MARK)}
        found = [
            Found(key.removeprefix(_MARK), str(row), What.ALTERED)
            for key, row in marks.items()
            if row is not None
        ]
        if found:
            raise Altered(found)
        return read


class Compared(JSONObject):
    """A JSON object that shows facts: reading it raises Altered if one of them differs.

    ``facts`` are models, each with the column that names its row and a condition that tells whether
    this was altered. So whoever reads the object has compared it.
    """

    output_field = _ComparedField()

    def __init__(self, *facts: tuple[type[Model], str, Expression], **shown: Any) -> None:
        marks = {
            f"{_MARK}{model._meta.db_table}": Case(When(differs, then=Cast(key, TextField())))
            for model, key, differs in facts
        }
        super().__init__(**shown, **marks)
