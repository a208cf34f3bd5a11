"""Row-level security: documents exist for the members of their company only (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_seals"), ("security_models", "0013_walls")]

    operations = [
        wall("documents_document", of_model()),
        wall("documents_documentversion", of_model(bulk=True)),
    ]
