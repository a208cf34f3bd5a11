"""What seals a fact is planned once for a connection, not for each row."""

from django.db import migrations

from audit.frozen import SEALING_IN_PLANS


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_late")]

    operations = [SEALING_IN_PLANS]
