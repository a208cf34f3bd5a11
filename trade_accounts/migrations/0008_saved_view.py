"""Views exist for the person who saved them; shared ones can be read by those of the account."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.row_security import of_account, of_person, wall


class Migration(migrations.Migration):
    dependencies = [
        ("trade_accounts", "0007_contacts_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("path", models.CharField(max_length=200)),
                ("query", models.CharField(blank=True, max_length=1000)),
                ("saved_at", models.DateTimeField()),
                (
                    "trade_account",
                    models.ForeignKey(
                        null=True,
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"),
                        models.F("path"),
                        django.db.models.functions.text.Lower("name"),
                        name="saved_view_once",
                    )
                ],
            },
        ),
        wall(
            "trade_accounts_savedview",
            of_person(),
            shown=f'"trade_account_id" IS NOT NULL AND {of_account("trade_account_id")}',
        ),
    ]
