"""Facts of every app are kept by one trigger function; the record of what happened is the first."""

from importlib import import_module

from django.db import migrations

from audit.frozen import FUNCTION, Frozen, keep

before = import_module("audit.migrations.0002_append_only")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        *(
            migrations.RunSQL(before.DROPPED.format(one), before.ADDED.format(one))
            for one in before.TABLES
        ),
        migrations.RunSQL("DROP FUNCTION refuse_change()", before.FUNCTION),
        FUNCTION,
        *(keep(one, Frozen()) for one in before.TABLES),
    ]
