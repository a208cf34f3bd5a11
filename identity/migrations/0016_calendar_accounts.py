import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0015_calendar_feed"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarfeed",
            name="accounts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), null=True, size=None
            ),
        ),
    ]
