"""What a transaction begins with: accounts that were merged are part of the one that stays (T9).

The function of migration 0013 with one more look-up: the history of a closed account, and the rows
that stay with it, can be read by the users of the account that stays.
"""

from django.db import migrations

from core.row_security import ALL_ROWS

WITH_CLOSED = f"""
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
            set_config('app.trade_accounts', array_to_string(accounts, ','), true),
            set_config('app.security_models', array_to_string(models, ','), true),
            set_config('app.named_accounts', array_to_string(named, ','), true),
            set_config('app.invitations', array_to_string(invitations, ','), true),
            set_config(
                'app.scopes', array_to_string(accounts || models || person, ','), true
            ),
            set_config('app.scope', scope, true),
            set_config(
                'role',
                CASE WHEN scope IN ('staff', 'system') THEN '{ALL_ROWS}' ELSE 'none' END,
                true
            );
    END $$;
"""  # noqa: S608 (constants)
BEFORE = f"""
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
            set_config('app.trade_accounts', array_to_string(accounts, ','), true),
            set_config('app.security_models', array_to_string(models, ','), true),
            set_config('app.named_accounts', array_to_string(named, ','), true),
            set_config('app.invitations', array_to_string(invitations, ','), true),
            set_config(
                'app.scopes', array_to_string(accounts || models || person, ','), true
            ),
            set_config('app.scope', scope, true),
            set_config(
                'role',
                CASE WHEN scope IN ('staff', 'system') THEN '{ALL_ROWS}' ELSE 'none' END,
                true
            );
    END $$;
"""  # noqa: S608 (constants)


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0016_gates"),
        ("trade_accounts", "0012_closed_accounts"),
    ]

    operations = [migrations.RunSQL(WITH_CLOSED, BEFORE)]
