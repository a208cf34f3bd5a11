"""The annual reviews that are due are found by the dates of certification (P13)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("security_models", "0014_wall_of_codes")]

    operations = [
        migrations.AddIndex(
            model_name="businesstypeaccount",
            index=models.Index(fields=["certified_on"], name="type_certified_on"),
        ),
    ]
