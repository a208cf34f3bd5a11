"""Proofs of status that companies give to outsiders: facts of the company (ADR 15, 16, 18)."""

import django.db.models.deletion
from django.db import migrations, models

import core.ids
from audit.frozen import Frozen, keep, seal
from core.row_security import of_model, wall
from core.tenancy import same_tenant

PROOF = "svi_statusproof"
FROZEN = Frozen(
    changes=("sent_at", "times_sent", "opened_at", "times_opened"),
    written_once=("revoked_at", "revoked_by_name"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0007_contents"),
        ("security_models", "0016_gates"),
        ("svi", "0004_asked_by_monitor"),
        ("audit", "0011_sealing_in_plans"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatusProof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=12, unique=True)),
                ("recipient", models.CharField(max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("secret_hash", models.CharField(max_length=64, unique=True)),
                ("kept_secret", models.CharField(max_length=300)),
                ("until", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by_id", models.UUIDField()),
                ("made_by_name", models.CharField(max_length=200)),
                ("sent_at", models.DateTimeField(help_text="the newest email", null=True)),
                ("times_sent", models.PositiveSmallIntegerField(default=0)),
                (
                    "opened_at",
                    models.DateTimeField(help_text="last opened by an outsider", null=True),
                ),
                ("times_opened", models.PositiveIntegerField(default=0)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by_name", models.CharField(blank=True, max_length=200)),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.rendering",
                    ),
                ),
                (
                    "security_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="security_models.securitymodel",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["security_model", "-made_at"], name="proofs_of_account")
                ],
            },
        ),
        wall(PROOF, of_model(bulk=True)),
        same_tenant(PROOF, "letter_id", "files_rendering", "security_model_id", "scope_id"),
        keep(PROOF, FROZEN),
        seal(PROOF, FROZEN),
    ]
