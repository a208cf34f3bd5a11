"""Versions of criteria with a date."""

import django.db.models.deletion
from django.db import migrations, models

STAMPED = (
    "CREATE TRIGGER catalogue_stamp AFTER INSERT OR UPDATE OR DELETE"
    " ON security_profile_criterionversion"
    " FOR EACH STATEMENT EXECUTE FUNCTION renew_catalogue_stamp()",
    "DROP TRIGGER catalogue_stamp ON security_profile_criterionversion",
)


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0004_answered"), ("security_models", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CriterionVersion",
            fields=[
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "id",
                    models.CharField(
                        help_text="set:code:type:date",
                        max_length=120,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("effective_on", models.DateField()),
                (
                    "level",
                    models.CharField(
                        choices=[("must", "Must"), ("should", "Should")], max_length=6
                    ),
                ),
                ("statement", models.TextField()),
                ("guidance", models.TextField(blank=True)),
                ("evidence_required", models.BooleanField()),
                (
                    "business_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="security_models.businesstype",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="security_profile.criterion",
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.RunSQL(*STAMPED),
    ]
