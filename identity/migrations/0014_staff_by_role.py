"""Staff are found by their role without reading everybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("identity", "0013_staff_ask"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("staff_role", ""), _negated=True),
                fields=["staff_role"],
                name="user_of_staff",
            ),
        ),
    ]
