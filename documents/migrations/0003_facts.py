"""A version of a document stays as it was added."""

from django.db import migrations

from audit.frozen import Frozen, keep


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_same_tenant"), ("audit", "0003_facts")]

    operations = [keep("documents_documentversion", Frozen())]
