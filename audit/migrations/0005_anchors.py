"""Signed statements about where the chain of seals stands."""

from django.db import migrations, models

import core.ids
from audit.frozen import Frozen, keep, seal


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_seals")]

    operations = [
        migrations.CreateModel(
            name="Anchor",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(unique=True)),
                ("statement", models.TextField(help_text="canonical JSON")),
                ("signature", models.CharField(max_length=200)),
            ],
        ),
        keep("audit_anchor", Frozen()),
        seal("audit_anchor", Frozen()),
        migrations.AlterField(
            model_name="difference",
            name="what",
            field=models.CharField(
                choices=[
                    ("altered", "Changed since it was written"),
                    ("missing", "Deleted"),
                    ("unsealed", "Added without a seal"),
                    ("content", "Content does not match its hash"),
                    ("file", "File changed or missing"),
                    ("chain", "Chain of records broken"),
                    ("statement", "Not as in the signed statement"),
                ],
                max_length=20,
            ),
        ),
    ]
