"""Row-level security: an invitation code exists for the company that has used it (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall


class Migration(migrations.Migration):
    dependencies = [("security_models", "0013_walls")]

    operations = [wall("security_models_invitationcode", of_model("used_by_id"))]
