"""A part of an annual review that is no criterion can be returned with a comment (P10)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0014_annual_review_walls")]

    operations = [
        migrations.AlterField(
            model_name="criteriondecision",
            name="item",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decision",
                to="security_profile.submissionitem",
            ),
        ),
        migrations.AddField(
            model_name="criteriondecision",
            name="part",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="criteriondecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("part", ""), _negated=True),
                fields=("submission", "part"),
                name="part_decided_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="criteriondecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("item__isnull", False), ("part", "")),
                    models.Q(("item__isnull", True), models.Q(("part", ""), _negated=True)),
                    _connector="OR",
                ),
                name="decision_of_item_or_part",
            ),
        ),
    ]
