"""Pins and visits exist for the person who made them, and for accounts of that person alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.ids
from core.row_security import of_account, of_person, wall


class Migration(migrations.Migration):
    dependencies = [
        ("trade_accounts", "0009_key_scopes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pinned_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "trade_account"), name="account_mark_once"
                    )
                ],
            },
        ),
        wall("trade_accounts_accountmark", f"{of_person()} AND {of_account()}"),
    ]
