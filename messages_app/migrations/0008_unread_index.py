"""What is unread is found in an index: a reading knows when the newest message came."""

from django.db import migrations, models

#: The newest message of each thread that was read before, and a reading of those that a contact or
#: the specialist has not opened since they read the account.
FILL = """
    UPDATE messages_app_reading r SET newest_at = t.last_message_at
    FROM messages_app_thread t WHERE t.id = r.thread_id;
    INSERT INTO messages_app_reading
        (id, thread_id, security_model_id, user_id, read_until, newest_at)
    SELECT gen_random_uuid(), t.id, t.security_model_id, reader.user_id,
        t.opened_at - interval '1 microsecond', t.last_message_at
    FROM messages_app_thread t
    JOIN (
        SELECT c.security_model_id, m.user_id, c.added_at AS since
        FROM security_models_contact c
        JOIN trade_accounts_membership m ON m.id = c.membership_id
        WHERE m.state = 'active' AND m.user_id IS NOT NULL
        UNION ALL
        SELECT security_model_id, staff_id, assigned_at
        FROM security_models_staffassignment WHERE ended_at IS NULL
    ) reader ON reader.security_model_id = t.security_model_id
        AND t.last_message_at > reader.since
    ON CONFLICT (thread_id, user_id) DO NOTHING;
    SET CONSTRAINTS ALL IMMEDIATE
"""


class Migration(migrations.Migration):
    dependencies = [
        ("messages_app", "0007_searched_texts"),
        ("security_models", "0016_gates"),
    ]

    operations = [
        migrations.AddField("reading", "newest_at", models.DateTimeField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "reading",
            models.Index(
                condition=models.Q(("newest_at__gt", models.F("read_until"))),
                fields=["user", "security_model"],
                name="reading_unread",
            ),
        ),
    ]
