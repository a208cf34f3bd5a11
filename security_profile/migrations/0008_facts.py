"""What was submitted, decided and approved stays as it was."""

from django.db import migrations

from audit.frozen import Frozen, keep


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0007_answered_as_seen"), ("audit", "0003_facts")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION renew_catalogue_stamp() SET search_path = pg_catalog, public, pg_temp",
            "ALTER FUNCTION renew_catalogue_stamp() RESET search_path",
        ),
        keep(
            "security_profile_evidencelink",
            Frozen(changes=("removed_at", "removed_by_name")),
        ),
        keep(
            "security_profile_submission",
            Frozen(
                changes=("status",),
                written_once=(
                    "review_started_at", "reviewed_at", "reviewed_by_name", "answer_due_on",
                ),
            ),
        ),
        keep("security_profile_submissionitem", Frozen()),
        keep("security_profile_criteriondecision", Frozen(once="not old.is_draft")),
        keep("security_profile_responseversion", Frozen()),
    ]  # fmt: skip
