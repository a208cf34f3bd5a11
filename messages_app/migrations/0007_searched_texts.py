"""Texts that are searched are folded once, as they are written."""

import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.row_security import of_model, wall
from core.tenancy import same_tenant

TABLE, THREAD, MESSAGE = "messages_app_searchedtext", "messages_app_thread", "messages_app_message"
#: Which column of which row is searched, and the thread that it belongs to.
TEXTS = {THREAD: ("subject", "id"), MESSAGE: ("body", "thread_id")}

_INTO = f"INSERT INTO public.{TABLE} (id, thread_id, security_model_id, words)"


def _kept(table: str) -> list[migrations.RunSQL]:
    """Fill the table from one with texts, now and whenever a row is added to it."""
    column, thread = TEXTS[table]
    name = f"{table}_searched"
    fill = f"{_INTO} SELECT gen_random_uuid(), {thread}, security_model_id, portal_folded({column})"
    trigger = f"""
        CREATE FUNCTION public.{name}() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            {_INTO} VALUES (gen_random_uuid(), NEW.{thread}, NEW.security_model_id,
                public.portal_folded(NEW.{column}));
            RETURN NULL;
        END $$;
        CREATE TRIGGER searched AFTER INSERT ON public.{table}
            FOR EACH ROW EXECUTE FUNCTION public.{name}();
    """
    gone = f"DROP TRIGGER searched ON public.{table}; DROP FUNCTION public.{name}()"
    return [
        migrations.RunSQL(f"{fill} FROM {table}", migrations.RunSQL.noop),
        migrations.RunSQL(trigger, gone),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0012_search"),
        ("messages_app", "0006_staff_walls"),
        ("security_models", "0016_gates"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchedText",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("words", models.TextField()),
                (
                    "security_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="security_models.securitymodel",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messages_app.thread",
                    ),
                ),
            ],
        ),
        *_kept(THREAD),
        *_kept(MESSAGE),
        # The rows are checked before the table is changed again.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        same_tenant(TABLE, "thread_id", THREAD, "security_model_id"),
        wall(TABLE, of_model(bulk=True)),
        migrations.RunSQL(
            f"CREATE INDEX searched_words ON {TABLE} USING gin (words gin_trgm_ops)",
            "DROP INDEX searched_words",
        ),
        migrations.RunSQL(
            "DROP INDEX message_words",
            f"CREATE INDEX message_words ON {MESSAGE} USING gin (portal_folded(body) gin_trgm_ops)",
        ),
    ]
