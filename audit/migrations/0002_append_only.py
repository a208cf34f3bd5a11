"""The record cannot be changed, not even by the role that writes it."""

from django.db import migrations

TABLES = ("audit_event", "audit_statuschange")
FUNCTION = """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are added and never changed', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
"""
ADDED = """
    CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {0}
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {0}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DROPPED = """
    DROP TRIGGER append_only_rows ON {0};
    DROP TRIGGER append_only_table ON {0};
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION refuse_change()"),
        *(migrations.RunSQL(ADDED.format(one), DROPPED.format(one)) for one in TABLES),
    ]
