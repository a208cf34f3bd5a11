"""Whether Ctrl+K opens the search of accounts and pages; it can be turned off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0017_emails_that_fail"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="palette",
            field=models.BooleanField(
                default=True,
                db_default=True,
                help_text="Ctrl+K opens the search of accounts",
            ),
        ),
    ]
