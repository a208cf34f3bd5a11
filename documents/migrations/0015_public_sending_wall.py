"""Who is told of a public document concerns staff and the system only (ADR 18)."""

from django.db import migrations

from core.row_security import wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0014_public_sending")]

    operations = [wall("documents_publicsending", "false")]
