"""What is kept is sealed as it is written."""

from django.db import migrations

from audit.frozen import Frozen, seal


class Migration(migrations.Migration):
    dependencies = [("security_profile", "0008_facts"), ("audit", "0004_seals")]

    operations = [
        seal(
            "security_profile_evidencelink",
            Frozen(changes=("removed_at", "removed_by_name")),
        ),
        seal(
            "security_profile_submission",
            Frozen(
                changes=("status",),
                written_once=(
                    "review_started_at", "reviewed_at", "reviewed_by_name", "answer_due_on",
                ),
            ),
        ),
        seal("security_profile_submissionitem", Frozen()),
        seal("security_profile_criteriondecision", Frozen(once="not old.is_draft")),
        seal("security_profile_responseversion", Frozen()),
    ]  # fmt: skip
