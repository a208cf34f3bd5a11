"""That somebody was asked for an act reserved to them; never across tenants."""

import django.db.models.deletion
from django.db import migrations, models

import core.ids
from core.tenancy import same_tenant


class Migration(migrations.Migration):
    dependencies = [
        ("trade_accounts", "0004_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ask",
            fields=[
                (
                    "scope_kind",
                    models.CharField(
                        choices=[
                            ("trade_account", "Trade Account"),
                            ("security_model", "Security Model"),
                            ("person", "Person"),
                            ("program", "Program"),
                        ],
                        max_length=20,
                    ),
                ),
                ("scope_id", models.UUIDField(null=True)),
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("act", models.SlugField(max_length=40)),
                ("asked_by_id", models.UUIDField()),
                ("asked_by_name", models.CharField(max_length=200)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("last_asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("done", "Done"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="trade_accounts.membership",
                    ),
                ),
                (
                    "trade_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="trade_accounts.tradeaccount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("scope_id", "act", "membership"),
                        name="ask_once",
                    )
                ],
            },
        ),
        same_tenant(
            "trade_accounts_ask", "membership_id", "trade_accounts_membership", "trade_account_id"
        ),
    ]
