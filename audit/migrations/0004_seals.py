"""Every fact is sealed as it is written. Those of the record are the first."""

from django.db import migrations, models

import core.ids
from audit.frozen import SEALING, Frozen, for_each_role, keep, seal


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Difference",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("of_table", models.CharField(max_length=63)),
                ("row_id", models.CharField(max_length=80)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("altered", "Changed since it was written"),
                            ("missing", "Deleted"),
                            ("unsealed", "Added without a seal"),
                            ("content", "Content does not match its hash"),
                            ("file", "File changed or missing"),
                            ("chain", "Chain of records broken"),
                        ],
                        max_length=20,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=("of_table", "row_id", "what"),
                        name="difference_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("of_table", models.CharField(max_length=63)),
                ("row_id", models.CharField(max_length=80)),
                ("part", models.CharField(blank=True, max_length=63)),
                ("digest", models.CharField(max_length=64)),
                ("scope", models.CharField(max_length=60)),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("number", models.BigIntegerField(null=True)),
                ("hash", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["id"],
                        name="seal_to_lay",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of_table", "row_id", "part"), name="seal_once"
                    ),
                    models.UniqueConstraint(fields=("scope", "number"), name="seal_in_chain"),
                ],
            },
        ),
        keep("audit_seal", Frozen(written_once=("position", "number", "hash"))),
        migrations.RunSQL(
            for_each_role("REVOKE INSERT ON audit_seal FROM {role};"),
            for_each_role("GRANT INSERT ON audit_seal TO {role};"),
        ),
        SEALING,
        seal("audit_event", Frozen()),
        seal("audit_statuschange", Frozen()),
    ]
