"""Each document says when it changed; its first place is a tag now."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_library_filled")]

    operations = [
        migrations.AlterField("document", "changed_at", models.DateTimeField()),
        migrations.RemoveField("document", "place"),
    ]
