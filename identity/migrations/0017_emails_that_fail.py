"""Since when emails to a person come back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0016_calendar_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="emails_fail_since",
            field=models.DateTimeField(null=True),
        ),
    ]
