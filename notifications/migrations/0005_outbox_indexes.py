"""Emails to an address and emails that were not sent are found without reading the outbox.

The indexes are made while others write. It may be stopped and repeated: what is half made goes first.
"""

from django.db import migrations, models

ADDRESS_GONE = 'DROP INDEX CONCURRENTLY IF EXISTS "outbox_by_address"'
ADDRESS_MADE = """
    CREATE INDEX CONCURRENTLY "outbox_by_address"
        ON "notifications_outbox" ("to_address", "sent_at" DESC)
"""
NOT_SENT_GONE = 'DROP INDEX CONCURRENTLY IF EXISTS "outbox_not_sent"'
NOT_SENT_MADE = """
    CREATE INDEX CONCURRENTLY "outbox_not_sent"
        ON "notifications_outbox" ("created_at" DESC) WHERE "state" IN ('dead', 'stopped')
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0004_mail_that_comes_back")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(ADDRESS_GONE, migrations.RunSQL.noop),
                migrations.RunSQL(ADDRESS_MADE, ADDRESS_GONE),
                migrations.RunSQL(NOT_SENT_GONE, migrations.RunSQL.noop),
                migrations.RunSQL(NOT_SENT_MADE, NOT_SENT_GONE),
            ],
            [
                migrations.AddIndex(
                    model_name="outbox",
                    index=models.Index(fields=["to_address", "-sent_at"], name="outbox_by_address"),
                ),
                migrations.AddIndex(
                    model_name="outbox",
                    index=models.Index(
                        fields=["-created_at"],
                        name="outbox_not_sent",
                        condition=models.Q(("state__in", ["dead", "stopped"])),
                    ),
                ),
            ],
        ),
    ]
