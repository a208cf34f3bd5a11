"""Row-level security: emails and notices exist for their tenant and their reader only (ADR 18)."""

from django.db import migrations

from core.row_security import ABOUT_NO_TENANT, of_person, of_scope, wall


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_walls"), ("notifications", "0002_preferences")]

    operations = [
        wall("notifications_outbox", of_scope(), made=ABOUT_NO_TENANT),
        wall(
            "notifications_notification",
            f"{of_scope()} OR {of_person()}",
            made=ABOUT_NO_TENANT,
        ),
    ]
