"""A signature keeps the name of what was signed; until now there were applications only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_same_tenant")]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="title",
            field=models.CharField(
                blank=True,
                default="C-TPAT application",
                help_text="what was signed, if no text",
                max_length=200,
            ),
            preserve_default=False,
        )
    ]
