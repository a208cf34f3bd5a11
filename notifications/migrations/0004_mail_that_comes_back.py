"""Emails that come back: which, and from which addresses."""

from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="FailingAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.EmailField(max_length=254, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "The mailbox does not exist or is closed"),
                            ("soft", "The mailbox could not take the email"),
                            ("complaint", "The reader reported an email as spam"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("hard_in_row", models.PositiveSmallIntegerField(default=0)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="outbox",
            name="answers",
            field=models.CharField(blank=True, max_length=250),
        ),
        migrations.AddField(
            model_name="outbox",
            name="came_back_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="outbox",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("sent", "Sent"),
                    ("dead", "Dead"),
                    ("muted", "Muted"),
                    ("stopped", "Stopped"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
    ]
