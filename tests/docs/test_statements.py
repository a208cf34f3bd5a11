"""The statements that operators are told to run match the tables."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from tests.architecture.source import ROOT

OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"`((?:SELECT|UPDATE) [^`]*);`", OPERATORS)
SOME_ID = "00000000-0000-0000-0000-000000000000"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text[:60])
def test_the_statement_runs(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("…", SOME_ID))


def test_there_is_one_for_everything_that_can_be_stuck() -> None:
    tables = {"notifications_outbox", "files_storedfile", "files_rendering", "audit_sweeprun"}
    assert [table for table in sorted(tables) if table not in " ".join(STATEMENTS)] == []
