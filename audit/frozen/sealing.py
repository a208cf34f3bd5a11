"""The database seals every fact as it is written: a digest of its row, which shows a later change.

A migration passes the declaration of a model to :func:`seal`, after :func:`keep`. Triggers then add
a row to ``audit_seal`` in the transaction that writes the fact, with the rights of the owner: the
application's role cannot add one by itself. :func:`filled` seals the rows that are there already.

A digest is the SHA-256 of the row as PostgreSQL writes it in JSON, without empty columns and
without those that may change. Empty are NULL, an empty text, an empty list and an empty object. So
a column that a later version adds, empty at first, changes no digest; false and 0 are not empty.
What is written once has a seal of its own, as soon as it is written.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations import RunPython, RunSQL

from audit.frozen.keeping import Frozen

#: How many rows one statement of :func:`filled` seals.
AT_ONCE = 2000

_PATH = "SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'"
#: A seal names its table without a schema, and anyone may make temporary tables.
_OURS_ALONE = """
        IF TG_TABLE_SCHEMA <> 'public' THEN
            RAISE EXCEPTION 'only tables of the portal are sealed';
        END IF;
""".strip()
#: The chain that a fact belongs to, by the columns that its row has.
_SCOPE = """
    CASE
        WHEN fact ->> 'scope_id' IS NOT NULL
            THEN (fact ->> 'scope_kind') || ':' || (fact ->> 'scope_id')
        WHEN fact ->> 'security_model_id' IS NOT NULL
            THEN 'security_model:' || (fact ->> 'security_model_id')
        WHEN fact ->> 'trade_account_id' IS NOT NULL
            THEN 'trade_account:' || (fact ->> 'trade_account_id')
        ELSE 'program'
    END
"""

_SEAL_FACT = f"""
    CREATE OR REPLACE FUNCTION seal_fact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    {_PATH} AS $$
    BEGIN
        {_OURS_ALONE}
        IF TG_OP = 'DELETE' THEN
            PERFORM add_seals(
                TG_TABLE_NAME, to_jsonb(OLD) || '{{"gone": true}}', '{{}}', '{{gone}}', false
            );
            RETURN NULL;
        END IF;
        PERFORM add_seals(
            TG_TABLE_NAME, to_jsonb(NEW), string_to_array(TG_ARGV[0], ','),
            string_to_array(TG_ARGV[1], ','), TG_OP = 'INSERT' OR TG_ARGV[2] <> ''
        );
        IF TG_NARGS = 4 THEN
            PERFORM add_seals(
                TG_TABLE_NAME, to_jsonb(NEW), '{{}}', string_to_array(TG_ARGV[3], ','), false
            );
        END IF;
        RETURN NULL;
    END $$;
"""

#: In PL/pgSQL, because it plans a statement once for a connection: functions in plain SQL would be
#: planned anew for each row that is sealed, which takes three times as long as the rest.
_DIGEST_AND_ADD = """
    CREATE OR REPLACE FUNCTION fact_digest(fact jsonb, besides text[]) RETURNS text
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
        RETURN (
            SELECT encode(sha256(convert_to(
                coalesce(jsonb_object_agg(key, value)::text, ''), 'UTF8')), 'hex')
            FROM jsonb_each(fact - besides)
            WHERE value NOT IN ('null'::jsonb, '""'::jsonb, '[]'::jsonb, '{}'::jsonb)
        );
    END $$;
    CREATE OR REPLACE FUNCTION add_seals(
        of_table text, fact jsonb, besides text[], once text[], base boolean)
        RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO public.audit_seal (at, of_table, row_id, part, digest, scope, hash)
        SELECT now(), add_seals.of_table, fact ->> 'id', '',
            public.fact_digest(fact, besides || once), public.fact_scope(fact), ''
        WHERE base
        UNION ALL
        SELECT now(), add_seals.of_table, fact ->> 'id', one,
            public.fact_digest(jsonb_build_object(one, fact -> one), '{}'),
            public.fact_scope(fact), ''
        FROM unnest(once) AS one WHERE coalesce(fact ->> one, '') <> ''
        ON CONFLICT DO NOTHING;
    END $$;
"""

_FACT_SCOPE = f"""
    CREATE OR REPLACE FUNCTION fact_scope(fact jsonb) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT {_SCOPE} $$;
"""
#: Lays the function anew that names the chain of a fact, for databases that have an earlier one.
SCOPES = RunSQL(_FACT_SCOPE, RunSQL.noop)

SEALING = RunSQL(
    f"""
    {_FACT_SCOPE}
    {_DIGEST_AND_ADD}
    {_SEAL_FACT}
    CREATE FUNCTION seal_held() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    {_PATH} AS $$
    DECLARE
        fact jsonb;
    BEGIN
        {_OURS_ALONE}
        EXECUTE format('SELECT to_jsonb(held) FROM public.%I held WHERE id = $1.%I',
            TG_ARGV[2], TG_ARGV[3]) INTO fact USING NEW;
        PERFORM add_seals(
            TG_ARGV[2], fact, string_to_array(TG_ARGV[0], ','),
            string_to_array(TG_ARGV[1], ','), true
        );
        RETURN NULL;
    END $$;
    REVOKE EXECUTE ON FUNCTION seal_fact(), seal_held(),
        add_seals(text, jsonb, text[], text[], boolean) FROM PUBLIC;
    """,  # noqa: S608 (our own SQL)
    """
    DROP FUNCTION seal_held();
    DROP FUNCTION seal_fact();
    DROP FUNCTION add_seals(text, jsonb, text[], text[], boolean);
    DROP FUNCTION fact_scope(jsonb);
    DROP FUNCTION fact_digest(jsonb, text[]);
    """,
)


#: Of a table with ``read_by``, the function seals these columns, too.
SEALING_READ_BY = RunSQL(_SEAL_FACT, RunSQL.noop)
#: For databases whose functions were made in plain SQL.
SEALING_IN_PLANS = RunSQL(_DIGEST_AND_ADD, RunSQL.noop)


def seal(table: str, frozen: Frozen) -> RunSQL:
    """A migration operation: seal what is written to ``table`` from now on."""
    lists = [",".join(frozen.changes), ",".join(frozen.written_once)]
    if frozen.held_by is not None:
        holder, column = frozen.held_by
        arguments = ", ".join(f"'{one}'" for one in (*lists, table, column))
        name = f"facts_sealed_{table}"
        return RunSQL(
            f'CREATE TRIGGER {name} AFTER INSERT ON "{holder}"'
            f" FOR EACH ROW EXECUTE FUNCTION seal_held({arguments})",
            f'DROP TRIGGER {name} ON "{holder}"',
        )
    acts = "INSERT OR UPDATE" if frozen.written_once or frozen.once else "INSERT"
    acts += " OR DELETE" if frozen.deletable else ""
    when = f"WHEN ({frozen.once.replace('old.', 'new.')}) " if frozen.once else ""
    read_by = [",".join(frozen.read_by)] if frozen.read_by else []
    arguments = ", ".join(f"'{one}'" for one in (*lists, frozen.once and "once", *read_by))
    return RunSQL(
        f'CREATE TRIGGER facts_sealed AFTER {acts} ON "{table}"'
        f" FOR EACH ROW {when}EXECUTE FUNCTION seal_fact({arguments})",
        f'DROP TRIGGER facts_sealed ON "{table}"',
    )


def seal_anew(table: str, before: Frozen, now: Frozen) -> RunSQL:
    """A migration operation: seal what is written from now on as another declaration says."""
    was, will = seal(table, before), seal(table, now)
    return RunSQL(f"{was.reverse_sql}; {will.sql}", f"{will.reverse_sql}; {was.sql}")


#: What :func:`add_seals` gets: columns that are not sealed, those sealed alone, and whether the row
#: is sealed as a whole.
Sealed = tuple[list[str], list[str], bool]

#: The same as ``add_seals`` for many rows; a call for each costs several times as much.
_SEAL_ROWS = """
    WITH facts AS MATERIALIZED (SELECT to_jsonb(t) AS fact FROM "{table}" t WHERE {which})
    INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash)
    SELECT now(), %(table)s, fact ->> 'id', '',
        fact_digest(fact, %(besides)s::text[] || %(once)s::text[]), fact_scope(fact), ''
    FROM facts WHERE %(whole)s
    UNION ALL
    SELECT now(), %(table)s, fact ->> 'id', part,
        fact_digest(jsonb_build_object(part, fact -> part), '{{}}'), fact_scope(fact), ''
    FROM facts, unnest(%(once)s::text[]) AS part WHERE coalesce(fact ->> part, '') <> ''
    ON CONFLICT DO NOTHING
"""


def filled(table: str, frozen: Frozen) -> RunPython:
    """A migration operation: seal the facts that ``table`` holds already, some at a time.

    For a migration that is not atomic: each statement commits. It may be stopped and repeated.
    """
    return _filling(table, frozen, every_seal(frozen))


def filled_read_by(table: str, frozen: Frozen) -> RunPython:
    """The same for what ``read_by`` adds. A row that has no seal gets none by this."""
    return _filling(table, frozen, [_read_by(frozen)])


def filled_once(table: str, frozen: Frozen, *columns: str) -> RunPython:
    """The same for columns that are written once by now, and could change before."""
    return _filling(table, frozen, [([], [*columns], False)])


def every_seal(frozen: Frozen) -> list[Sealed]:
    """The seals of a fact as it is now: as a whole, what was written once, what it is read by."""
    return [([*frozen.changes], [*frozen.written_once], True), _read_by(frozen)]


def _read_by(frozen: Frozen) -> Sealed:
    return [], [*frozen.read_by], False


def _filling(table: str, frozen: Frozen, seals: list[Sealed]) -> RunPython:
    def fill(_apps: Any, editor: Any) -> None:
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.scope', 'system', false)")
            last = None
            while ids := _next(cursor, table, last):
                last = ids[-1]
                _seal_rows(cursor, table, frozen, seals, (ids[0], last))
            cursor.execute("SELECT set_config('app.scope', '', false)")

    return RunPython(fill, RunPython.noop)


def _seal_rows(
    cursor: Any, table: str, frozen: Frozen, seals: list[Sealed], between: tuple[Any, Any]
) -> None:
    """Add these seals to the facts of ``table`` with these ids that have none."""
    which = f"id BETWEEN %(first)s AND %(last)s AND {is_fact(frozen, 't')}"
    for besides, once, whole in seals:
        values = {"besides": besides, "once": once, "whole": whole}
        places = {"first": between[0], "last": between[1]}
        cursor.execute(
            _SEAL_ROWS.format(table=table, which=which), {"table": table, **values, **places}
        )


def is_fact(frozen: Frozen, row: str) -> str:
    """A condition over ``row``: whether it is a fact by now."""
    if frozen.held_by is not None:
        holder, column = frozen.held_by
        return f'EXISTS (SELECT FROM "{holder}" holder WHERE holder."{column}" = {row}.id)'
    return frozen.once.replace("old.", f"{row}.") or "true"


def _next(cursor: Any, table: str, last: Any) -> list[Any]:
    """The ids of the next rows after ``last``."""
    after = "true" if last is None else "id > %s"
    cursor.execute(
        f'SELECT id FROM "{table}" WHERE {after} ORDER BY id LIMIT {AT_ONCE}',  # noqa: S608
        [] if last is None else [last],
    )
    return [row[0] for row in cursor.fetchall()]
