"""A difference is accepted by an event alone, for its row as it was found; none can be deleted.

What was accepted by an earlier version counts no longer, because the row was not named by its
digest: the next check tells of it again.
"""

import django.db.models.deletion
from django.db import migrations, models

from audit.frozen import Frozen, keep


class Migration(migrations.Migration):
    dependencies = [("audit", "0012_kept_by_the_owner")]

    operations = [
        migrations.RemoveField(model_name="difference", name="accepted_at"),
        migrations.RemoveField(model_name="difference", name="accepted_by"),
        migrations.RemoveField(model_name="difference", name="reason"),
        migrations.AddField(
            model_name="difference",
            name="acceptance",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="audit.event",
            ),
        ),
        migrations.AddField(
            model_name="difference",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        keep(
            "audit_difference",
            Frozen(changes=("acceptance_id",), written_once=("settled_at",)),
        ),
    ]
