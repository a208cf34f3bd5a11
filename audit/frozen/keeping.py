"""Facts that the database itself keeps (P8, A5, T11, L-3): what was signed, decided or recorded.

A model says in one line what of its rows never changes: ``frozen = Frozen(...)``. A migration
passes the same to :func:`keep`, which takes rights back from the application's role and adds
triggers that only the owner of the tables could switch off. Corrections are new rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.migrations.operations import RunSQL

from core.row_security import ALL_ROWS, APP

#: The roles of web, worker and commands (deploy/privileges.sql).
ROLES = (APP, ALL_ROWS)


@dataclass(frozen=True)
class Frozen:
    """What of a row stays as it was written. Columns are those of the database (``file_id``).

    ``changes``: columns that are no facts and may change. ``written_once``: empty at first, then
    fixed. ``once``: a condition over ``OLD`` that makes a row a fact; without it a row is one from
    its start. ``held_by``: a table and its column; a row is a fact as soon as one there refers to
    it. ``deletable``: rows may be deleted if foreign keys allow it. ``read_by``: columns by whose
    value rows are read together, so that one which is gone from among them is missed. ``at``: the
    column with the moment at which the row was written.
    """

    changes: tuple[str, ...] = ()
    written_once: tuple[str, ...] = ()
    once: str = ""
    held_by: tuple[str, str] | None = None
    deletable: bool = False
    read_by: tuple[str, ...] = ()
    at: str = ""

    @property
    def from_the_start(self) -> bool:
        """Whether each row is a fact as soon as it is written."""
        return not self.once and self.held_by is None

    def arguments(self) -> list[str]:
        """The arguments of the trigger."""
        lists = [",".join(self.changes), ",".join(self.written_once)]
        return [*lists, *(self.held_by or ())]


#: Looks up as the owner whether a row is a fact: whoever writes may see no row of the other table,
#: or stop seeing it within the statement. Without a path it would look in temporary tables first.
FUNCTION = RunSQL(
    """
    CREATE OR REPLACE FUNCTION keep_facts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    DECLARE
        is_fact boolean := true;
        changing text[];
        before jsonb;
        after jsonb;
    BEGIN
        IF TG_OP <> 'TRUNCATE' AND TG_NARGS = 4 THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', TG_ARGV[2], TG_ARGV[3])
                INTO is_fact USING OLD.id;
        END IF;
        IF NOT is_fact THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            before := to_jsonb(OLD);
            SELECT string_to_array(TG_ARGV[0], ',') || coalesce(array_agg(name), '{}')
                INTO changing
                FROM unnest(string_to_array(TG_ARGV[1], ',')) AS name
                WHERE coalesce(before ->> name, '') = '';
            after := to_jsonb(NEW);
            IF before - changing = after - changing THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'facts in % stay as they were written', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    REVOKE EXECUTE ON FUNCTION keep_facts() FROM PUBLIC;
    """,
    "DROP FUNCTION keep_facts()",
)


def keep(table: str, frozen: Frozen) -> RunSQL:
    """A migration operation: keep the facts in ``table``."""
    return RunSQL(f"{_triggers(table, frozen)}{_rights(table, frozen)}", _undone(table))


def keep_anew(table: str, before: Frozen, now: Frozen) -> RunSQL:
    """A migration operation: keep the facts in ``table`` as another declaration says.

    Each way is one statement, so that there is no moment at which nothing is kept.
    """
    return RunSQL(
        f"{_dropped(table)}{_triggers(table, now)}{_regained(table, now)}{_rights(table, now)}",
        f"{_dropped(table)}{_triggers(table, before)}{_regained(table, before)}"
        f"{_rights(table, before)}",
    )


def _regained(table: str, frozen: Frozen) -> str:
    """The right to delete, which an earlier declaration may have taken away."""
    return for_each_role(f'GRANT DELETE ON "{table}" TO {{role}};') if frozen.deletable else ""


def _triggers(table: str, frozen: Frozen) -> str:
    acts = "UPDATE" if frozen.deletable else "UPDATE OR DELETE"
    when = f"WHEN ({frozen.once}) " if frozen.once else ""
    arguments = ", ".join(f"'{one}'" for one in frozen.arguments())
    return f"""
        CREATE TRIGGER facts_rows BEFORE {acts} ON "{table}"
            FOR EACH ROW {when}EXECUTE FUNCTION keep_facts({arguments});
        CREATE TRIGGER facts_table BEFORE TRUNCATE ON "{table}"
            FOR EACH STATEMENT EXECUTE FUNCTION keep_facts();
    """


def _rights(table: str, frozen: Frozen) -> str:
    """The rights that the role keeps. Where rows become facts later, triggers alone decide."""
    if not frozen.from_the_start:
        return ""
    lost = "UPDATE" if frozen.deletable else "UPDATE, DELETE"
    columns = ", ".join(f'"{one}"' for one in (*frozen.changes, *frozen.written_once))
    kept = f'GRANT UPDATE ({columns}) ON "{table}" TO {{role}};' if columns else ""
    return for_each_role(f'REVOKE {lost} ON "{table}" FROM {{role}}; {kept}')


def _undone(table: str) -> str:
    rights = for_each_role(f'GRANT UPDATE, DELETE ON "{table}" TO {{role}};')
    return f"{_dropped(table)}{rights}"


def _dropped(table: str) -> str:
    return f"""
        DROP TRIGGER facts_rows ON "{table}";
        DROP TRIGGER facts_table ON "{table}";
    """


def for_each_role(statements: str) -> str:
    """Statements for each role of the portal that exists; ``{role}`` stands for its name."""
    return "".join(
        f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
                {statements.format(role=role)}
            END IF;
        END $$;
        """
        for role in ROLES
    )
