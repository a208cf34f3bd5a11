"""Row-level security: ids are looked up among those that end alike, not in the whole list (ADR 18).

A policy searched the list of all ids of the transaction for each row. Of a person of 500 companies
that was 18,000 characters a row, and a page that reads thousands of rows took seconds. Policies
that exist already are rewritten as ``core.row_security`` makes them now.
"""

from django.db import migrations

from core.row_security import ALL_ROWS, listed_id

# ``portal_enter`` sets a list of ids for the transaction, and for each two last digits a list of
# the ids that end so. What was set before in the same transaction is emptied first.
# ``portal_begin`` is the function of security_models 0017 with its lists set in this way.
# They set what the policies before read, too, so they need not be taken back.
FUNCTIONS = f"""
    CREATE OR REPLACE FUNCTION portal_enter(setting text, ids uuid[]) RETURNS void LANGUAGE plpgsql
    AS $$
    BEGIN
        IF current_setting(setting, true) <> '' THEN
            PERFORM set_config(setting || '_' || right(before, 2), '', true)
                FROM unnest(string_to_array(current_setting(setting, true), ',')) AS before;
        END IF;
        IF ids <> '{{}}' THEN
            PERFORM set_config(setting || '_' || tail, alike, true) FROM (
                SELECT right(id::text, 2) AS tail, string_agg(id::text, ',') AS alike
                FROM unnest(ids) AS id GROUP BY 1
            ) AS listed;
        END IF;
        PERFORM set_config(setting, array_to_string(ids, ','), true);
    END $$;
    CREATE OR REPLACE FUNCTION portal_enter_new() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF current_setting('app.user_id', true) <> '' THEN
            PERFORM set_config(
                list, concat_ws(',', nullif(current_setting(list, true), ''), NEW.id), true
            )
            FROM unnest(ARRAY[TG_ARGV[0], 'app.scopes']) AS setting,
                unnest(ARRAY[setting, setting || '_' || right(NEW.id::text, 2)]) AS list;
        END IF;
        RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION portal_begin(person uuid, scope text, only_account uuid) RETURNS void
        LANGUAGE plpgsql AS $$
    DECLARE
        accounts uuid[] := '{{}}';
        models uuid[] := '{{}}';
        named uuid[] := '{{}}';
        above uuid[];
        invitations uuid[] := '{{}}';
    BEGIN
        IF scope = 'partner' THEN
            PERFORM set_config('role', '{ALL_ROWS}', true);
            accounts := ARRAY(
                SELECT DISTINCT content_object_id FROM public.trade_accounts_tradeaccountgrant
                WHERE user_id = person
                    AND (only_account IS NULL OR content_object_id = only_account)
            );
            -- An account that was merged is read as a part of the one that stays (T9).
            accounts := accounts || ARRAY(
                SELECT id FROM public.trade_accounts_tradeaccount
                WHERE merged_into_id = ANY (accounts)
            );
            models := ARRAY(
                SELECT id FROM public.security_models_securitymodel
                WHERE trade_account_id = ANY (accounts)
            );
            SELECT coalesce(array_agg(m.id), '{{}}'), coalesce(array_agg(m.trade_account_id), '{{}}')
            INTO invitations, named
            FROM public.trade_accounts_membership m
            WHERE m.email = (SELECT email FROM public.identity_user WHERE id = person)
                AND m.state = 'invited';
            above := accounts;
            LOOP
                above := ARRAY(
                    SELECT DISTINCT parent_id FROM public.trade_accounts_tradeaccount
                    WHERE id = ANY (above) AND parent_id IS NOT NULL AND parent_id <> ALL (named)
                );
                EXIT WHEN above = '{{}}';
                named := named || above;
            END LOOP;
        END IF;
        PERFORM set_config('app.user_id', coalesce(person::text, ''), true),
            public.portal_enter('app.trade_accounts', accounts),
            public.portal_enter('app.security_models', models),
            public.portal_enter('app.named_accounts', named),
            public.portal_enter('app.invitations', invitations),
            public.portal_enter('app.scopes', array_remove(accounts || models || person, NULL)),
            set_config('app.scope', scope, true),
            set_config(
                'role',
                CASE WHEN scope IN ('staff', 'system') THEN '{ALL_ROWS}' ELSE 'none' END,
                true
            );
    END $$;
"""  # noqa: S608 (constants)


def _rewrite(looked_up: str, wanted: str) -> str:
    """A statement that exchanges a part in the policies of all tables; patterns as in PostgreSQL,
    which writes conditions in its own way.
    """
    return f"""
        DO $do$
        DECLARE
            p record;
        BEGIN
            SET LOCAL lock_timeout = '5s';
            FOR p IN
                SELECT * FROM pg_policies
                WHERE schemaname = 'public'
                    AND concat_ws(' ', qual, with_check) ~ $was${looked_up}$was$
            LOOP
                EXECUTE format('ALTER POLICY %I ON public.%I', p.policyname, p.tablename)
                    || coalesce(' USING (' || regexp_replace(
                        p.qual, $was${looked_up}$was$, $is${wanted}$is$, 'g') || ')', '')
                    || coalesce(' WITH CHECK (' || regexp_replace(
                        p.with_check, $was${looked_up}$was$, $is${wanted}$is$, 'g') || ')', '');
            END LOOP;
        END $do$;
    """  # noqa: S608 (constants)


#: Pairs of a pattern and what stands there instead: one id of a few rows, and one of many rows.
ALIKE = (
    (
        r"strpos\(current_setting\('(app\.\w+)'::text, true\), \((\w+)\)::text\)",
        r"""strpos(current_setting('\1_' || "right"((\2)::text, 2), true), (\2)::text)""",
    ),
    (
        r"(\w+) = ANY \(\( SELECT \(string_to_array\(current_setting\('(app\.\w+)'::text, true\), "
        r"','::text\)\)::uuid\[\] AS string_to_array\)::uuid\[\]\)",
        r"\1 IN (SELECT unnest(string_to_array(current_setting('\2', true), ',')::uuid[]))",
    ),
)
WHOLE = (
    (
        r"""strpos\(current_setting\(\('(app\.\w+)_'::text \|\| "right"\(\((\w+)\)::text, 2\)\), true\), """
        r"\(\w+\)::text\)",
        r"strpos(current_setting('\1', true), (\2)::text)",
    ),
    (
        r"(\w+) IN \( SELECT unnest\(\(string_to_array\(current_setting\('(app\.\w+)'::text, true\), "
        r"','::text\)\)::uuid\[\]\) AS unnest\)",
        r"\1 = ANY ((SELECT string_to_array(current_setting('\2', true), ',')::uuid[])::uuid[])",
    ),
)
OF_SEALS = "ALTER POLICY tenant ON audit_seal USING ({0}) WITH CHECK ({0})"
ID = "split_part(\"scope\", ':', 2)"
SEALS_WHOLE = f"strpos(current_setting('app.scopes', true), {ID}) > 0"
SEALS_ALIKE = f"{listed_id(ID, 'app.scopes')} OR {ID} = '' AND current_setting('app.scopes', true) IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0007_walls"),
        ("audit", "0016_scope_of_trade_accounts"),
        ("change_requests", "0002_ground"),
        ("documents", "0017_folded"),
        ("files", "0007_contents"),
        ("identity", "0018_palette"),
        ("messages_app", "0009_newest_of_all"),
        ("notifications", "0008_one_reader"),
        ("operations", "0002_walls"),
        ("security_models", "0017_closed_accounts"),
        ("security_profile", "0018_places_of_evidence"),
        ("svi", "0005_proofs"),
        ("trade_accounts", "0012_closed_accounts"),
        ("webhooks", "0002_walls"),
        ("reviews", "0004_walls"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(
            [*(_rewrite(*pair) for pair in ALIKE), OF_SEALS.format(SEALS_ALIKE)],
            [*(_rewrite(*pair) for pair in WHOLE), OF_SEALS.format(SEALS_WHOLE)],
        ),
    ]
