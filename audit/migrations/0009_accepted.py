"""A difference may be accepted for a reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0008_store")]

    operations = [
        migrations.AddField(
            model_name="difference",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="difference",
            name="accepted_by",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="difference",
            name="reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
