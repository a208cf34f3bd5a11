"""The record cannot be changed, not even by the role that writes it."""

from django.db import migrations

from audit.append_only import FUNCTION, append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [FUNCTION, append_only("audit_event"), append_only("audit_statuschange")]
