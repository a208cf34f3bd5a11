"""ZIP files of documents exist for the person who asked for them, and their file is that person's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.row_security import of_person, wall
from core.tenancy import same_tenant

PACKAGE = "documents_package"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0015_public_sending_wall"),
        ("files", "0006_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Package",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Being made"),
                            ("ready", "Ready"),
                            ("stopped", "Stopped"),
                            ("failed", "Could not be made"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("contents", models.JSONField()),
                ("left_out", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("requested_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["user", "-requested_at"], name="package_of_person"),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["next_attempt_at"],
                        name="package_due",
                    ),
                ],
            },
        ),
        same_tenant(PACKAGE, "file_id", "files_storedfile", "user_id", "scope_id"),
        wall(PACKAGE, of_person()),
    ]
