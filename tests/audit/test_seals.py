"""Facts are sealed as they are written, so that a change by anyone is seen (P8, A5, L-2)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import (
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.utils import InternalError

from audit.frozen import filled
from audit.models import Seal, What
from audit.selectors import Facts, Found, altered, differing
from files.models import Rendering
from tests.audit.test_facts import COLUMNS, DECLARED, FACTS, OTHER, certified
from tests.audit.test_living_columns import unnoticed_by_checks
from tests.factories.certified import certified_company
from tests.superuser import ALIAS, superuser

__all__ = ["certified"]
FACTS_ONLY = {"security_profile_criteriondecision": {"is_draft": False}}
SEALED = [model for model in DECLARED if model is not Seal]
ADD_SEALS = "add_seals(text, jsonb, text[], text[], boolean)"


def _ask(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _facts(model: Any) -> Facts:
    return Facts(model, "id", list(model.objects.values_list("pk", flat=True)))


@pytest.mark.django_db
@pytest.mark.parametrize("model", SEALED, ids=lambda model: model._meta.label)
def test_the_database_seals_what_a_model_declares(model: Any) -> None:
    table, frozen = model._meta.db_table, model.frozen
    holder = frozen.held_by[0] if frozen.held_by else table
    name = f"facts_sealed_{table}" if frozen.held_by else "facts_sealed"
    [(definition,)] = _ask(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
        " WHERE tgrelid = %s::regclass AND tgname = %s AND tgenabled = 'O'",
        holder,
        name,
    )
    arguments = re.findall(r"'([^']*)'", definition.split("EXECUTE")[1])
    assert arguments[:2] == [",".join(frozen.changes), ",".join(frozen.written_once)]
    if not frozen.held_by:
        assert arguments[3:] == ([",".join(frozen.read_by)] if frozen.read_by else [])
    assert ("DELETE" in definition) == frozen.deletable
    assert ("WHEN" in definition) == bool(frozen.once)


@pytest.mark.usefixtures("certified")
def test_every_fact_is_sealed_in_the_act_that_writes_it() -> None:
    for model in SEALED:
        facts = _facts(model)
        assert facts.values, model
        assert differing([facts]) == []


@pytest.mark.django_db(transaction=True)
def test_l2_no_column_of_a_fact_is_changed_unnoticed_even_by_a_superuser() -> None:
    """Every column of every sealed table, one by one, with the triggers off."""
    certified_company()
    unnoticed = []
    with superuser() as cursor:
        for model in SEALED:
            table = model._meta.db_table
            for name, kind in _ask(COLUMNS, table):
                if name not in model.frozen.changes and not _is_noticed(cursor, model, name, kind):
                    unnoticed.append(f"{table}.{name}")
        unnoticed += unnoticed_by_checks(cursor)
    assert unnoticed == []


def _is_noticed(cursor: Any, model: Any, name: str, kind: str) -> bool:
    """Whether another value in one row is found; refusing it counts as well."""
    table = model._meta.db_table
    only = f"({FACTS.get(table, 'true')}) AND {_may_be_any(table)}"
    other = OTHER[kind].format(f'"{name}"')
    with transaction.atomic(using=ALIAS):
        try:
            with transaction.atomic(using=ALIAS):
                cursor.execute(
                    f'UPDATE "{table}" SET "{name}" = {other} WHERE id ='
                    f' (SELECT id FROM "{table}" WHERE {only} LIMIT 1) RETURNING id'
                )
                [(changed,)] = cursor.fetchall()
        except IntegrityError:
            return True
        ids = [changed, *model.objects.values_list("pk", flat=True)]
        found = differing([Facts(model, "id", ids)], using=ALIAS)
        transaction.set_rollback(True, using=ALIAS)
    return str(changed) in {one.row_id for one in found} or (name == "id" and bool(found))


def _may_be_any(table: str) -> str:
    """Of signatures, one that belongs to an account: a constraint refuses other kinds without."""
    return "security_model_id IS NOT NULL" if table == "agreements_signature" else "true"


@pytest.mark.django_db(transaction=True)
def test_l2_what_is_written_past_the_triggers_has_no_seal() -> None:
    certified_company()
    model = next(one for one in SEALED if one._meta.db_table == "audit_statuschange")
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO audit_statuschange SELECT (jsonb_populate_record(one,"
            " jsonb_build_object('id', gen_random_uuid()))).* FROM audit_statuschange one LIMIT 1"
            " RETURNING id"
        )
        [(added,)] = cursor.fetchall()
    found = differing([_facts(model)])
    assert [(one.row_id, one.what) for one in found] == [(str(added), "unsealed")]


@pytest.mark.django_db(transaction=True)
def test_l2_rows_that_are_read_together_are_missed_if_deleted_or_moved() -> None:
    certified_company()
    unnoticed = []
    with superuser() as cursor:
        for model in SEALED:
            table = model._meta.db_table
            for column in model.frozen.read_by:
                first = model._base_manager.filter(**FACTS_ONLY.get(table, {})).order_by("pk")[0]
                facts = Facts(model, column, [getattr(first, column)])
                assert differing([facts]) == []
                deleted = f'DELETE FROM "{table}" WHERE id = %s'
                moved = f'UPDATE "{table}" SET "{column}" = gen_random_uuid() WHERE id = %s'
                for change, what in ((deleted, "missing"), (moved, "altered")):
                    with transaction.atomic(using=ALIAS):
                        cursor.execute(change, [str(first.pk)])
                        found = differing([facts], using=ALIAS)
                        transaction.set_rollback(True, using=ALIAS)
                    if found != [Found(table, str(first.pk), What(what))]:
                        unnoticed.append((table, column, what))
    assert unnoticed == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", ["gone", "missing"])
def test_l2_no_seal_excuses_that_a_fact_is_gone(part: str) -> None:
    certified_company()
    model = next(one for one in SEALED if one._meta.db_table == "audit_statuschange")
    facts = _facts(model)
    deleted = str(next(iter(facts.values)))
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_statuschange WHERE id = %s", [deleted])
        cursor.execute(
            "INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash)"
            " VALUES (now(), 'audit_statuschange', %s, %s, '', 'program', '')",
            [deleted, part],
        )
    found = differing([facts])
    assert [(one.row_id, one.what) for one in found] == [(deleted, "missing")]


@pytest.mark.django_db(transaction=True)
def test_a_column_that_is_added_empty_changes_no_digest() -> None:
    certified_company()
    filled_tables = [_facts(model) for model in SEALED]
    with superuser() as cursor, transaction.atomic(using=ALIAS):
        for facts in filled_tables:
            cursor.execute(
                f'ALTER TABLE "{facts.table}" ADD later_date date,'
                " ADD later_text varchar(20) NOT NULL DEFAULT '',"
                " ADD later_list jsonb NOT NULL DEFAULT '[]',"
                " ADD later_object jsonb NOT NULL DEFAULT '{}'"
            )
        assert differing(filled_tables, using=ALIAS) == []
        transaction.set_rollback(True, using=ALIAS)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_l2_sealing_again_does_not_make_a_change_good() -> None:
    certified_company()
    with superuser() as cursor:
        cursor.execute("UPDATE files_rendering SET title = 'Forged', file_id = gen_random_uuid()")
        cursor.execute("SET session_replication_role = origin")
        filled("files_rendering", Rendering.frozen).code(None, _editor())  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT bool_and({altered(Rendering, 'files_rendering')}) FROM files_rendering"
        )
        assert cursor.fetchone() == (True,)


def _editor() -> Any:
    return type("Editor", (), {"connection": connections["owner"]})


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_what_was_there_before_is_sealed_by_a_migration_that_may_be_repeated() -> None:
    certified_company()
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_seal")
    for _time in range(2):
        for model in SEALED:
            filled(model._meta.db_table, model.frozen).code(None, _editor())  # type: ignore[arg-type]
    found: list[Found] = [one for model in SEALED for one in differing([_facts(model)])]
    assert found == [] and Seal.objects.exists()


@pytest.mark.usefixtures("certified")
def test_l3_the_application_cannot_add_a_seal() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('audit_seal', 'INSERT')")
        assert cursor.fetchone() == (False,)
        for function in ("seal_fact()", "seal_held()", ADD_SEALS):
            cursor.execute("SELECT has_function_privilege(%s, 'EXECUTE')", [function])
            assert cursor.fetchone() == (False,)


#: Triggers that would seal what is written to a temporary table as if it were a fact.
FORGING = {
    "seal_fact": "seal_fact('', '', '')",
    "seal_held": "seal_held('', '', 'audit_event', 'id')",
}


def _forge(cursor: Any, trigger: str) -> None:
    cursor.execute("CREATE TEMP TABLE audit_event (id uuid)")
    cursor.execute(
        "CREATE TRIGGER forged AFTER INSERT ON pg_temp.audit_event"
        f" FOR EACH ROW EXECUTE FUNCTION {FORGING[trigger]}"
    )
    cursor.execute("INSERT INTO pg_temp.audit_event VALUES (gen_random_uuid())")


@pytest.mark.django_db
@pytest.mark.parametrize("trigger", FORGING)
def test_l3_the_application_cannot_have_a_temporary_table_sealed(trigger: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied for function"):
        _forge(connection.cursor(), trigger)


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("trigger", FORGING)
def test_l3_a_temporary_table_is_not_sealed_whoever_makes_it(trigger: str) -> None:
    with pytest.raises(InternalError, match="only tables of the portal are sealed"):
        _forge(connections["owner"].cursor(), trigger)
