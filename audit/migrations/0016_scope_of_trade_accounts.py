"""Facts of a trade account are sealed in its chain, not in that of the program."""

from django.db import migrations

from audit.frozen import SCOPES


class Migration(migrations.Migration):
    dependencies = [("audit", "0015_event_subject")]

    operations = [SCOPES]
