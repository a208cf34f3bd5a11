"""A signature is never changed; only its copy of record is added once it is made."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION keep_signature() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' OR OLD.copy_of_record_id IS NOT NULL
                   OR to_jsonb(NEW) - 'copy_of_record_id' <> to_jsonb(OLD) - 'copy_of_record_id'
                THEN
                    RAISE EXCEPTION 'signatures are never changed'
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER keep_signature BEFORE UPDATE OR DELETE ON agreements_signature
                FOR EACH ROW EXECUTE FUNCTION keep_signature();
            """,
            """
            DROP TRIGGER keep_signature ON agreements_signature;
            DROP FUNCTION keep_signature();
            """,
        )
    ]
