"""Names the versions of rows, so that what was made from them is known to be current without
reading them again.

PostgreSQL never changes a row in place: each change writes a new version of it, which is named by
its place and by the transaction that wrote it. That name stays while the version lives and does not
come back afterwards, so equal names mean equal rows. A database restored to an earlier moment names
new versions like lost ones: processes that remember names are started anew (docs/operators.md).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

_NAME = RawSQL("ctid::text || xmin::text", (), output_field=TextField())


def row_versions(rows: QuerySet[Any]) -> ArraySubquery:
    """The names of the versions of these rows; ``rows`` may not join other tables."""
    return ArraySubquery(rows.order_by("pk").values_list(_NAME))
