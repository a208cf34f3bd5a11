"""Row-level security: marks of staff on the work of a company (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_mark_made_at"), ("security_models", "0013_walls")]

    operations = [wall("reviews_workmark", of_model())]
