"""An uploaded spreadsheet exists for the person who uploaded it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.row_security import of_person, wall


class Migration(migrations.Migration):
    dependencies = [
        ("trade_accounts", "0010_account_mark"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("users", "Users"), ("addresses", "Addresses")], max_length=10
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("columns", models.JSONField(default=list)),
                ("rows", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "trade_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="trade_accounts.tradeaccount",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        wall("trade_accounts_importedsheet", of_person()),
    ]
