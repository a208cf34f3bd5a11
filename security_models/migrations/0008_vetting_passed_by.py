"""Who passed vetting of an application: that of another application binds nobody here (G1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: For gates passed before this migration: the last pass up to the day of certification.
FROM_THE_DECISIONS = """
    UPDATE security_models_businesstypeaccount t SET vetting_passed_by_id = (
        SELECT v.staff_id FROM security_models_vetting v
        WHERE v.security_model_id = t.security_model_id AND v.result = 'passed'
            AND v.decided_on >= t.vetting_passed_on
            AND (t.certified_on IS NULL OR v.decided_on <= t.certified_on)
        ORDER BY v.decided_at DESC, v.id DESC LIMIT 1
    )
    WHERE t.vetting_passed_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0007_absence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="businesstypeaccount",
            name="vetting_passed_by",
            field=models.ForeignKey(
                help_text="G1: who passed the second",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FROM_THE_DECISIONS, migrations.RunSQL.noop),
    ]
