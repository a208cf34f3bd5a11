"""Notices are counted, filtered and gathered, and old emails found, without reading their tables.

The indexes are made while others write. It may be stopped and repeated: what is half made goes first.
"""

from django.db import migrations, models


def _index(model: str, index: models.Index, on: str) -> migrations.SeparateDatabaseAndState:
    gone = f'DROP INDEX CONCURRENTLY IF EXISTS "{index.name}"'
    made = f'CREATE INDEX CONCURRENTLY "{index.name}" ON "notifications_{model}" {on}'
    return migrations.SeparateDatabaseAndState(
        [migrations.RunSQL(gone, migrations.RunSQL.noop), migrations.RunSQL(made, gone)],
        [migrations.AddIndex(model_name=model, index=index)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0006_ways")]

    operations = [
        _index(
            "notification",
            models.Index(fields=["user_id", "account"], name="notification_accounts"),
            '("user_id", "account")',
        ),
        _index(
            "notification",
            models.Index(
                fields=["user_id"],
                name="notification_unread",
                condition=models.Q(("read_at", None)),
            ),
            '("user_id") WHERE "read_at" IS NULL',
        ),
        _index(
            "notification",
            models.Index(
                fields=["user_id", "created_at"],
                name="notification_for_digest",
                condition=models.Q(("digested_at", None), ("way", "digest")),
            ),
            """("user_id", "created_at") WHERE "digested_at" IS NULL AND "way" = 'digest'""",
        ),
        _index(
            "outbox",
            models.Index(
                fields=["created_at"],
                name="outbox_with_text",
                condition=models.Q(
                    ("state__in", ["sent", "dead", "stopped"]),
                    models.Q(("text", ""), _negated=True),
                ),
            ),
            """("created_at") WHERE "state" IN ('sent', 'dead', 'stopped') AND NOT "text" = ''""",
        ),
    ]
