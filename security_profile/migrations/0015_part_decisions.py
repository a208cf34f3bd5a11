"""A part of an annual review that is no criterion can be returned with a comment (P10).

Rows are looked at while others write, so each step commits. It may be stopped and repeated: what is
half made goes first.
"""

import django.db.models.deletion
from django.db import migrations, models

COLUMNS = """
    ALTER TABLE "security_profile_criteriondecision"
        ALTER COLUMN "item_id" DROP NOT NULL,
        ADD COLUMN IF NOT EXISTS "part" varchar(80) DEFAULT '' NOT NULL;
    ALTER TABLE "security_profile_criteriondecision" ALTER COLUMN "part" DROP DEFAULT
"""
COLUMNS_GONE = """
    ALTER TABLE "security_profile_criteriondecision"
        ALTER COLUMN "item_id" SET NOT NULL, DROP COLUMN "part"
"""
ONCE = """
    CREATE UNIQUE INDEX CONCURRENTLY "part_decided_once"
    ON "security_profile_criteriondecision" ("submission_id", "part") WHERE NOT ("part" = '')
"""
ONCE_GONE = 'DROP INDEX CONCURRENTLY IF EXISTS "part_decided_once"'
EITHER = """
    ALTER TABLE "security_profile_criteriondecision" ADD CONSTRAINT "decision_of_item_or_part" CHECK (
        ("item_id" IS NOT NULL AND "part" = '') OR ("item_id" IS NULL AND NOT ("part" = ''))
    ) NOT VALID
"""
EITHER_GONE = """
    ALTER TABLE "security_profile_criteriondecision"
    DROP CONSTRAINT IF EXISTS "decision_of_item_or_part"
"""
CHECKED = """
    ALTER TABLE "security_profile_criteriondecision"
    VALIDATE CONSTRAINT "decision_of_item_or_part"
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("security_profile", "0014_annual_review_walls")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(COLUMNS, COLUMNS_GONE),
                migrations.RunSQL(ONCE_GONE, migrations.RunSQL.noop),
                migrations.RunSQL(ONCE, ONCE_GONE),
                migrations.RunSQL(EITHER_GONE, migrations.RunSQL.noop),
                migrations.RunSQL(EITHER, EITHER_GONE),
                migrations.RunSQL(CHECKED, migrations.RunSQL.noop),
            ],
            [
                migrations.AlterField(
                    model_name="criteriondecision",
                    name="item",
                    field=models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decision",
                        to="security_profile.submissionitem",
                    ),
                ),
                migrations.AddField(
                    model_name="criteriondecision",
                    name="part",
                    field=models.CharField(blank=True, default="", max_length=80),
                    preserve_default=False,
                ),
                migrations.AddConstraint(
                    model_name="criteriondecision",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("part", ""), _negated=True),
                        fields=("submission", "part"),
                        name="part_decided_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="criteriondecision",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("item__isnull", False), ("part", "")),
                            models.Q(("item__isnull", True), models.Q(("part", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="decision_of_item_or_part",
                    ),
                ),
            ],
        ),
    ]
