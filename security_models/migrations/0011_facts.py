"""Numbers and dates of certification are written once, and so is what staff decided."""

from django.db import migrations

from audit.frozen import Frozen, keep


class Migration(migrations.Migration):
    dependencies = [
        ("security_models", "0010_numbers_without_leading_zeros"),
        ("audit", "0003_facts"),
    ]

    operations = [
        keep(
            "security_models_businesstypeaccount",
            Frozen(
                changes=(
                    "business_type_id", "run_id", "status", "started_on", "profile_approved_on",
                    "profile_approved_by_id", "vetting_passed_on", "vetting_passed_by_id",
                ),
                written_once=("account_number", "certified_on"),
            ),
        ),
        keep(
            "security_models_supportingpaper",
            Frozen(written_once=("removed_at", "removed_by_name")),
        ),
        keep("security_models_staffassignment", Frozen(written_once=("ended_at",))),
        keep("security_models_vetting", Frozen()),
    ]  # fmt: skip
