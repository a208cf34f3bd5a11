"""Keys get scopes and a last day; those that exist keep all scopes, and no end."""

import django.contrib.postgres.fields
from django.db import migrations, models

ALL = ["account:read", "profile:read", "profile:write", "svi:read"]


class Migration(migrations.Migration):
    dependencies = [("trade_accounts", "0008_saved_view")]

    operations = [
        migrations.AddField(
            "apikey",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=20), size=None, default=list(ALL)
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "apikey",
            "expires_on",
            models.DateField(help_text="program date of real time; empty: never", null=True),
        ),
    ]
