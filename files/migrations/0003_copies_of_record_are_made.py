"""Copies of record that were given up are tried again, until they exist (A5)."""

from django.db import migrations
from django.db.models import F


def try_again(apps, schema_editor):
    """Put them back in line; their next attempt is due at once."""
    rows = apps.get_model("files", "Rendering").objects.using(schema_editor.connection.alias)
    given_up = rows.filter(kind="copy_of_record", state="failed")
    given_up.update(state="pending", attempts=0, next_attempt_at=F("requested_at"))


class Migration(migrations.Migration):
    dependencies = [("files", "0002_same_tenant")]

    operations = [migrations.RunPython(try_again, migrations.RunPython.noop)]
