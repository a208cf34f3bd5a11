"""That a specialist is away (management records it and hands the work over)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0006_labels_and_retired_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffAbsence",
            fields=[
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="absence",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("until_on", models.DateField(help_text="program date")),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by_name", models.CharField(max_length=200)),
            ],
        ),
    ]
