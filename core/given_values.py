"""Values that were computed outside the database, as a column by which a list is sorted.

What is due in an account is derived by many apps (``core.contributions``), so no table has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Field, Func


class GivenValue(Func):
    """The value that belongs to the id in a column; NULL for every other id.

    Ids and values are two parameters of the same order, so that the text of a statement does not
    depend on them: it can be compiled once (:mod:`core.compiled`).
    """

    def __init__(
        self, column: str, ids: list[Any], values: list[Any], output_field: Field[Any, Any]
    ) -> None:
        super().__init__(F(column), output_field=output_field)
        self.ids, self.values = ids, values

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        """The value at the place that the id has among the ids."""
        column, parameters = compiler.compile(self.source_expressions[0])
        assert self.output_field is not None  # noqa: S101 (it is required)
        kind = self.output_field.db_type(connection)
        sql = f"(%s::{kind}[])[array_position(%s::uuid[], {column})]"
        return sql, [self.values, self.ids, *parameters]


def given(name: str, values: Mapping[Any, Any]) -> dict[str, list[Any]]:
    """Values by id as two parameters of a statement: ``NAME_ids`` and ``NAME_values``."""
    return {f"{name}_ids": list(values), f"{name}_values": list(values.values())}
