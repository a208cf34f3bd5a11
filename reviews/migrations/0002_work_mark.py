"""How people arrange their own queue: items pinned to the top, or snoozed until a day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0001_work_item"),
        ("security_models", "0007_absence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("item_id", models.UUIDField()),
                ("pinned_at", models.DateTimeField(null=True)),
                (
                    "snoozed_until",
                    models.DateField(help_text="program date on which it is back", null=True),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "security_model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="security_models.securitymodel",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["item_id"], name="marks_of_an_item")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("staff", "kind", "item_id"), name="one_mark_of_a_person_on_an_item"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pinned_at__isnull", False),
                            ("snoozed_until__isnull", False),
                            _connector="OR",
                        ),
                        name="a_mark_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("snoozed_until__isnull", True)),
                            models.Q(
                                ("snoozed_until__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_snooze_has_a_reason",
                    ),
                ],
            },
        ),
    ]
