"""Who approved the profile of an application: the other gate is for somebody else (G1)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: For gates passed before this migration, the record tells who approved the newest submission.
FROM_THE_RECORD = """
    UPDATE security_models_businesstypeaccount t SET profile_approved_by_id = (
        SELECT u.id FROM audit_event e JOIN identity_user u ON u.id = e.actor_id
        WHERE e.scope_kind = 'security_model' AND e.scope_id = t.security_model_id
            AND e.kind = 'security_profile.approved'
        ORDER BY e.at DESC, e.id DESC LIMIT 1
    )
    WHERE t.profile_approved_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
        ("security_models", "0003_had_officer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="businesstypeaccount",
            name="profile_approved_by",
            field=models.ForeignKey(
                help_text="G1: who passes the first gate",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(FROM_THE_RECORD, migrations.RunSQL.noop),
    ]
