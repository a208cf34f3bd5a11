"""That files cannot be read is told apart from that they differ."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_walls")]

    operations = [
        migrations.AlterField(
            model_name="difference",
            name="what",
            field=models.CharField(
                choices=[
                    ("altered", "Changed since it was written"),
                    ("missing", "Deleted"),
                    ("unsealed", "Added without a seal"),
                    ("content", "Content does not match its hash"),
                    ("file", "File changed or missing"),
                    ("store", "Not checked: the store of files does not answer"),
                    ("chain", "Chain of records broken"),
                    ("statement", "Not as in the signed statement"),
                ],
                max_length=20,
            ),
        ),
    ]
