"""Row-level security: C-TPAT accounts exist for the members of their company only (ADR 18)."""

from django.db import migrations

from core.row_security import ALL_ROWS, of_account, of_model, of_person, wall

# What a transaction begins with (core.tenancy.bind): who acts, and the ids that this person may
# enter. The ids come from the projected grants, which the application's own entry reads, too. The
# function looks them up as the role that sees all rows, because they decide what is visible
# afterwards.
# A loop finds the companies above, because there is rarely one, and a recursive query would be
# planned as a scan of every company.
BEGIN = f"""
    CREATE FUNCTION portal_begin(person uuid, scope text, only_account uuid) RETURNS void
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
    CREATE TRIGGER enter_new AFTER INSERT ON security_models_securitymodel
        FOR EACH ROW EXECUTE FUNCTION portal_enter_new('app.security_models');
"""  # noqa: S608 (constants)
NO_BEGIN = """
    DROP TRIGGER enter_new ON security_models_securitymodel;
    DROP FUNCTION portal_begin(uuid, text, uuid);
"""
OF_MODELS = (
    "eligibilityrun",
    "businesstypeaccount",
    "entityidentifier",
    "modeladdress",
    "contact",
    "supportingpaper",
    "staffassignment",
    "vetting",
)


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0012_seals"),
        ("trade_accounts", "0006_walls"),
    ]

    operations = [
        wall("security_models_securitymodel", of_account()),
        wall(
            "security_models_securitymodelgrant", of_model("content_object_id"), shown=of_person()
        ),
        *(wall(f"security_models_{name}", of_model()) for name in OF_MODELS),
        migrations.RunSQL(BEGIN, NO_BEGIN),
    ]
