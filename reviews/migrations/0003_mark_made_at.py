"""When a mark was made: it ends with the charge in which it was made."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_work_mark")]

    operations = [
        migrations.AddField(
            model_name="workmark",
            name="made_at",
            field=models.DateTimeField(default=timezone.now, help_text="when it was last changed"),
            preserve_default=False,
        ),
    ]
