"""Ways of notices: what was switched off for email stays only in the portal.

There was no page of notices before, so those that were emailed count as read.
"""

from django.db import migrations, models

import core.ids

WAYS = [
    ("at_once", "By email at once"),
    ("digest", "In the daily digest"),
    ("only_here", "Only here in the portal"),
]
KEPT = """
    INSERT INTO notifications_choice (id, user_id, kind, way)
        SELECT id, user_id, kind, 'only_here' FROM notifications_muted;
    UPDATE notifications_outbox SET state = 'only_here', text = '', html = ''
        WHERE state = 'muted';
    UPDATE notifications_notification n SET way = 'only_here'
        FROM notifications_muted m WHERE m.user_id = n.user_id AND m.kind = n.kind;
    UPDATE notifications_notification SET read_at = created_at
        WHERE way = 'at_once' AND read_at IS NULL;
    UPDATE notifications_notification
        SET account = btrim(split_part(subject, ': ', 1), E'\\u2066\\u2067\\u2068\\u2069')
        WHERE scope_kind IN ('trade_account', 'security_model') AND kind NOT LIKE 'user.%'
            AND subject LIKE '%: %';
"""
BACK = """
    INSERT INTO notifications_muted (id, user_id, kind)
        SELECT id, user_id, kind FROM notifications_choice WHERE way = 'only_here' AND kind <> '';
    UPDATE notifications_outbox SET state = 'muted' WHERE state IN ('only_here', 'in_digest');
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_outbox_indexes")]

    operations = [
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_id", models.UUIDField()),
                ("kind", models.CharField(blank=True, max_length=60)),
                ("way", models.CharField(choices=WAYS, max_length=10)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user_id", "kind"), name="chosen_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="notification",
            name="account",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notification",
            name="as_group",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="notification",
            name="digested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="way",
            field=models.CharField(choices=WAYS, default="at_once", max_length=10),
        ),
        migrations.AddField(
            model_name="outbox",
            name="unsubscribe_url",
            field=models.CharField(blank=True, default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="outbox",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("sent", "Sent"),
                    ("dead", "Dead"),
                    ("stopped", "Stopped"),
                    ("in_digest", "In Digest"),
                    ("only_here", "Only Here"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.RunSQL(KEPT, BACK),
        migrations.DeleteModel(name="Muted"),
    ]
