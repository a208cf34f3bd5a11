"""Row-level security: what was signed exists for the company, or for the signer (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, of_person, wall


class Migration(migrations.Migration):
    dependencies = [("agreements", "0006_seals"), ("security_models", "0013_walls")]

    operations = [
        wall("agreements_ceremony", of_model()),
        # The consent to sign electronically belongs to no company, but to the person who gave it.
        wall(
            "agreements_signature",
            f'{of_model()} OR ("security_model_id" IS NULL AND {of_person("signer_id")})',
        ),
    ]
