"""What was added later than it says is told apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_accepted")]

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
                    ("late", "Added later than it says"),
                    ("statement", "Not as in the signed statement"),
                ],
                max_length=20,
            ),
        ),
    ]
