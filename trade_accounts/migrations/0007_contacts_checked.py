"""When users and contacts of a company were last checked, and when it was last asked for that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trade_accounts", "0006_walls"),
    ]

    operations = [
        migrations.AddField(
            model_name="tradeaccount",
            name="contacts_asked_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="tradeaccount",
            name="contacts_checked_on",
            field=models.DateField(null=True),
        ),
    ]
