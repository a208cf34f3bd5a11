"""Phone numbers as they are kept from now on; what cannot be read as one stays as it is."""

from django.db import migrations

from core.phones import as_kept


def rewrite(apps, schema_editor):
    table = apps.get_model("identity", "User").objects.using(schema_editor.connection.alias)
    for key, phone in list(table.exclude(phone="").values_list("pk", "phone")):
        if (kept := as_kept(phone)) != phone:
            table.filter(pk=key).update(phone=kept)


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_reset_request_waiting")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
