"""Row-level security, the second wall between tenants (ADR 18). For migrations.

Every transaction says on whose behalf it works (``core.tenancy``). Staff and the system take on the
role ``ALL_ROWS``, which sees every row. For everyone else a policy looks up the tenant of each row
in the ids that the transaction has set: a partner sees the rows of the companies that the partner
may enter, and a transaction that has set nothing sees none. This comes in addition to the filters
of the application, and holds when one of those is forgotten.

Ids are looked up as text: a subselect would be planned for each table of each statement, and that
takes longer than the look-ups in the few rows that most statements read. A person of 500 companies
has a list of 18,000 characters, so it is not searched as a whole: the ids that end alike are a
setting of their own (``portal_enter`` sets them). Tables of which one statement reads thousands of
rows look ids up in a table that a subselect makes once (``bulk``).
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

#: The role of web, worker and commands. On its own it sees no row of a tenant.
APP = "portal_app"
#: The role that a transaction of staff or of the system takes on (deploy/privileges.sql).
ALL_ROWS = "portal_all_rows"

#: Gives ALL_ROWS the rights that APP has: facts are kept from both (``audit.frozen``). Tables of
#: others, such as those of an extension, are left alone.
SAME_RIGHTS = RunSQL(
    f"""
    DO $$
    DECLARE
        allow text;
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ALL_ROWS}') THEN
            RAISE EXCEPTION 'The role {ALL_ROWS} is missing. Run deploy/privileges.sql first.';
        END IF;
        FOR allow IN
            SELECT format('REVOKE ALL ON %s FROM {ALL_ROWS}', oid::regclass)
                FROM pg_class WHERE relnamespace = 'public'::regnamespace
                    AND relkind IN ('r', 'p', 'v', 'm') AND pg_has_role(relowner, 'USAGE')
        LOOP
            EXECUTE allow;
        END LOOP;
        FOR allow IN
            SELECT format('GRANT %s ON %s%s', privilege_type,
                    CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END, c.oid::regclass)
                FROM pg_class c, aclexplode(relacl)
                WHERE relnamespace = 'public'::regnamespace AND grantee = '{APP}'::regrole
                    AND pg_has_role(relowner, 'USAGE')
            UNION ALL
            SELECT format('GRANT %s (%I) ON %s', privilege_type, attname, c.oid::regclass)
                FROM pg_class c JOIN pg_attribute ON attrelid = c.oid, aclexplode(attacl)
                WHERE relnamespace = 'public'::regnamespace AND grantee = '{APP}'::regrole
                    AND pg_has_role(relowner, 'USAGE')
        LOOP
            EXECUTE allow || ' TO {ALL_ROWS}';
        END LOOP;
    END $$
    """,  # noqa: S608 (constants)
    RunSQL.noop,
)


#: Never wait long for a lock: requests would queue behind this one. It holds for the migration.
_SHORT_WAIT = "SET LOCAL lock_timeout = '5s'"


def wall(table: str, own: str, *, shown: str = "", made: str = "") -> RunSQL:
    """A migration operation: of ``table`` only rows for which ``own`` is true exist for a partner.

    ``shown`` is a condition for rows that can be read in addition, and ``made`` for rows that can
    be added. FORCE makes it hold for the owner of the table, too.
    """
    create = [
        _SHORT_WAIT,
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING ({own}) WITH CHECK ({own})',
        f'CREATE POLICY all_rows ON "{table}" TO {ALL_ROWS} USING (true) WITH CHECK (true)',
    ]
    drop = [
        _SHORT_WAIT,
        f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY',
        f'DROP POLICY tenant ON "{table}"',
        f'DROP POLICY all_rows ON "{table}"',
    ]
    if shown:
        create.append(f'CREATE POLICY shown ON "{table}" FOR SELECT USING ({shown})')
        drop.append(f'DROP POLICY shown ON "{table}"')
    if made:
        create.append(f'CREATE POLICY made ON "{table}" FOR INSERT WITH CHECK ({made})')
        drop.append(f'DROP POLICY made ON "{table}"')
    return RunSQL("; ".join(create), "; ".join(drop))


def listed(column: str, setting: str) -> str:
    """A condition: the id in the column is one of those that the transaction has set."""
    return listed_id(f'"{column}"::text', setting)


def listed_id(text: str, setting: str) -> str:
    """The same for an SQL expression that is an id as text. Nothing set is no id."""
    return f"strpos(current_setting('{setting}_' || right({text}, 2), true), {text}) > 0"


def _in_made_table(column: str, setting: str) -> str:
    """The same for many rows. Nothing set is an empty list, like the text that a setting has after
    the transaction.
    """
    ids = f"SELECT unnest(string_to_array(current_setting('{setting}', true), ',')::uuid[])"
    return f'"{column}" IN ({ids})'


def of_account(column: str = "trade_account_id") -> str:
    """A condition: the row belongs to a trade account that the transaction may enter."""
    return listed(column, "app.trade_accounts")


def of_named_account(column: str) -> str:
    """A condition: the row belongs to a trade account of which the transaction may read the name.

    These are the companies above one's own (T11), and those that invite the person.
    """
    return listed(column, "app.named_accounts")


def of_invitation(column: str) -> str:
    """A condition: the row belongs to an invitation to the acting person."""
    return listed(column, "app.invitations")


def of_model(column: str = "security_model_id", *, bulk: bool = False) -> str:
    """A condition: the row belongs to a security model of a trade account that the transaction may
    enter.
    """
    return (_in_made_table if bulk else listed)(column, "app.security_models")


def of_person(column: str = "user_id") -> str:
    """A condition: the row belongs to the acting person."""
    return f"\"{column}\"::text = current_setting('app.user_id', true)"


def of_scope(*, bulk: bool = False) -> str:
    """A condition: the scope of the row (``audit.scopes``) is a root that the transaction may
    enter, or the acting person.
    """
    return (_in_made_table if bulk else listed)("scope_id", "app.scopes")


#: A condition: the row is about one person or the program. Anyone may add such a row: a sign-in is
#: recorded, and an email waits, before anyone is known.
ABOUT_NO_TENANT = "\"scope_kind\" IN ('person', 'program')"
