"""Whether a row is a fact is looked up with the rights of the owner."""

from django.db import migrations

from audit.frozen import FUNCTION


class Migration(migrations.Migration):
    dependencies = [("audit", "0011_sealing_in_plans")]

    operations = [migrations.RunSQL(str(FUNCTION.sql), migrations.RunSQL.noop)]
