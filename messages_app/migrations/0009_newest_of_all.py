"""Management reads the newest threads of the program without sorting all."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messages_app", "0008_unread_index")]

    operations = [
        migrations.AddIndex(
            "thread",
            models.Index(fields=["-last_message_at", "id"], name="thread_newest_of_all"),
        ),
    ]
