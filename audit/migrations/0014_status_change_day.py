"""Clocks look again at what moved since they ran last.

The index is made while others write. It may be stopped and repeated: what is half made goes first.
"""

from django.db import migrations, models

MADE = 'CREATE INDEX CONCURRENTLY "status_change_day" ON "audit_statuschange" ("on")'
GONE = 'DROP INDEX CONCURRENTLY IF EXISTS "status_change_day"'


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("audit", "0013_acceptance")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(GONE, migrations.RunSQL.noop),
                migrations.RunSQL(MADE, GONE),
            ],
            [
                migrations.AddIndex(
                    model_name="statuschange",
                    index=models.Index(fields=["on"], name="status_change_day"),
                ),
            ],
        ),
    ]
