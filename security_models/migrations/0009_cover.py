"""That somebody stands in for a specialist who is away or disabled."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0008_vetting_passed_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="staffabsence",
            name="cover",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="covers",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="staffabsence",
            constraint=models.CheckConstraint(
                condition=models.Q(("cover", models.F("staff")), _negated=True),
                name="nobody_stands_in_for_oneself",
            ),
        ),
    ]
