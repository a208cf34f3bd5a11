"""Pictures and text of files: what the worker found inside, behind the wall of the file."""

import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.row_security import of_scope, wall
from core.tenancy import same_tenant

TEXT, PREVIEW, FILE = "files_filetext", "files_preview", "files_storedfile"
SCOPES = [
    ("trade_account", "Trade Account"),
    ("security_model", "Security Model"),
    ("person", "Person"),
    ("program", "Program"),
]
#: Of a file of the program that this person may read: the wall of files decides (D1, D5).
SHOWN = f"scope_kind = 'program' AND EXISTS (SELECT FROM {FILE} f WHERE f.id = file_id)"


def _of_file(related: str) -> list[tuple[str, models.Field]]:
    return [
        ("scope_kind", models.CharField(choices=SCOPES, max_length=20)),
        ("scope_id", models.UUIDField(null=True)),
        (
            "id",
            models.UUIDField(
                default=core.ids.new_id, editable=False, primary_key=True, serialize=False
            ),
        ),
        (
            "file",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name=related,
                to="files.storedfile",
            ),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("files", "0006_walls"), ("identity", "0012_search")]

    operations = [
        migrations.CreateModel(
            name="FileText",
            fields=[
                *_of_file("inside"),
                ("text", models.TextField()),
                ("words", models.TextField()),
                ("is_whole", models.BooleanField(default=True)),
                ("read_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scope_id", "scope_kind"], name="file_text_scope")
                ],
            },
        ),
        migrations.CreateModel(
            name="Preview",
            fields=[
                *_of_file("preview"),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Being prepared"),
                            ("ready", "Ready"),
                            ("failed", "Could not be made"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("problem", models.CharField(blank=True, max_length=20)),
                ("pages", models.JSONField(default=list)),
                ("count", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("drawn_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["next_attempt_at"],
                        name="preview_due",
                    )
                ],
            },
        ),
        # A search reads the words of all texts of an account: unpacking them would take most of it.
        migrations.RunSQL(
            f"ALTER TABLE {TEXT} ALTER COLUMN words SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
        same_tenant(TEXT, "file_id", FILE, "scope_id"),
        same_tenant(PREVIEW, "file_id", FILE, "scope_id"),
        wall(TEXT, of_scope(bulk=True), shown=SHOWN),
        wall(PREVIEW, of_scope(), shown=SHOWN),
    ]
