"""A request for a document exists for the contacts of its account and for its staff (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0012_requests"), ("security_models", "0013_walls")]

    operations = [wall("documents_documentrequest", of_model(bulk=True))]
