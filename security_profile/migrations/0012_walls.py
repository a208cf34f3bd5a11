"""Row-level security: a profile and its review exist for the company only (ADR 18)."""

from django.db import migrations

from core.row_security import of_model, wall

OF_MODELS = (
    "responserevision",
    "submission",
    "submissionitem",
    "criteriondecision",
    "responseversion",
)
#: A page of a person with many accounts reads all their answers and evidence.
MANY = ("response", "evidencelink")


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0013_walls"),
        ("security_profile", "0011_read_by"),
    ]

    operations = [
        *(wall(f"security_profile_{name}", of_model()) for name in OF_MODELS),
        *(wall(f"security_profile_{name}", of_model(bulk=True)) for name in MANY),
    ]
