"""Row-level security: what a company has exists for its members only (ADR 18)."""

from django.db import migrations, models

from core.row_security import of_account, of_invitation, of_named_account, of_person, wall

# A company that is created is entered at once: the rows that follow in the same transaction belong
# to it. The policy has checked the new row before.
FOUNDED = """
    CREATE FUNCTION portal_enter_new() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF current_setting('app.user_id', true) <> '' THEN
            PERFORM set_config(setting, concat_ws(',', nullif(current_setting(setting, true), ''), NEW.id), true)
                FROM unnest(ARRAY[TG_ARGV[0], 'app.scopes']) AS setting;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER enter_new AFTER INSERT ON trade_accounts_tradeaccount
        FOR EACH ROW EXECUTE FUNCTION portal_enter_new('app.trade_accounts');
"""
NOT_FOUNDED = """
    DROP TRIGGER enter_new ON trade_accounts_tradeaccount;
    DROP FUNCTION portal_enter_new();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_walls"), ("trade_accounts", "0005_ask")]

    operations = [
        wall(
            "trade_accounts_tradeaccount",
            of_account("id"),
            shown=of_named_account("id"),
            made=of_person("created_by_id"),
        ),
        wall(
            "trade_accounts_tradeaccountgrant", of_account("content_object_id"), shown=of_person()
        ),
        wall("trade_accounts_address", of_account()),
        wall(
            "trade_accounts_membership",
            of_account(),
            # Invitations to the acting person can be read before the person is a member.
            shown=f"{of_person()} OR {of_invitation('id')}",
        ),
        wall("trade_accounts_invitation", of_account(), shown=of_invitation("membership_id")),
        wall("trade_accounts_apikey", of_account()),
        wall("trade_accounts_ask", of_account()),
        migrations.RunSQL(FOUNDED, NOT_FOUNDED),
        migrations.AddIndex(
            "membership",
            models.Index(
                fields=["email"], name="invited_by_email", condition=models.Q(state="invited")
            ),
        ),
    ]
