"""Docket and USDOT numbers as they are kept from now on: zeros before them are dropped.

A number of which the application holds both spellings stays as it is.
"""

from django.db import migrations

from core.crypto import keyed_hash
from security_models.facts.identifier_formats import steps

KINDS = (("MC_DOCKET", "MC", "leading_zeros:4"), ("USDOT", "USDOT", "leading_zeros:5"))


def rewrite(apps, schema_editor):
    database = schema_editor.connection.alias
    table = apps.get_model("security_models", "EntityIdentifier").objects.using(database)
    for code, field, named in KINDS:
        (drop_zeros,) = steps(named)
        for row in list(table.filter(type_id=code)):
            value = drop_zeros(row.value)
            hashed = keyed_hash(f"identifier:{field}", value)
            others = table.filter(security_model_id=row.security_model_id, type_id=code)
            if value != row.value and not others.filter(value_hash=hashed).exists():
                table.filter(pk=row.pk).update(value=value, value_hash=hashed, shown=value)


class Migration(migrations.Migration):
    dependencies = [("security_models", "0009_cover")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
