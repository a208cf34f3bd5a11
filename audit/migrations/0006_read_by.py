"""Columns by which facts are read together have seals of their own, found by their digest."""

from django.db import migrations, models

from audit.frozen import SEALING_READ_BY


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_anchors")]

    operations = [
        SEALING_READ_BY,
        migrations.AddIndex(
            model_name="seal",
            index=models.Index(
                condition=models.Q(("part", ""), _negated=True),
                fields=["digest"],
                name="seal_part",
            ),
        ),
    ]
