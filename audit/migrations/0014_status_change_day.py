"""Clocks look again at what moved since they ran last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_acceptance")]

    operations = [
        migrations.AddIndex(
            model_name="statuschange",
            index=models.Index(fields=["on"], name="status_change_day"),
        ),
    ]
