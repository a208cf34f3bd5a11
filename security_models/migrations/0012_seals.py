"""What is kept is sealed as it is written."""

from django.db import migrations

from audit.frozen import Frozen, seal


class Migration(migrations.Migration):
    dependencies = [("security_models", "0011_facts"), ("audit", "0004_seals")]

    operations = [
        seal(
            "security_models_businesstypeaccount",
            Frozen(
                changes=(
                    "business_type_id", "run_id", "status", "started_on", "profile_approved_on",
                    "profile_approved_by_id", "vetting_passed_on", "vetting_passed_by_id",
                ),
                written_once=("account_number", "certified_on"),
            ),
        ),
        seal(
            "security_models_supportingpaper",
            Frozen(written_once=("removed_at", "removed_by_name")),
        ),
        seal("security_models_staffassignment", Frozen(written_once=("ended_at",))),
        seal("security_models_vetting", Frozen()),
    ]  # fmt: skip
