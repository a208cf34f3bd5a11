"""What is kept is sealed as it is written."""

from django.db import migrations

from audit.frozen import Frozen, seal


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_facts"), ("audit", "0004_seals")]

    operations = [seal("documents_documentversion", Frozen())]
