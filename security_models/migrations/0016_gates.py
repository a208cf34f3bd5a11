"""Who approved the profile of a business type, and when, is written once and sealed (G1, A5).

What is there is sealed some rows at a time, each committed. It may be stopped and repeated.
"""

from django.db import migrations

from audit.frozen import Frozen, filled_once, keep_anew, seal_anew

TABLE = "security_models_businesstypeaccount"
BEFORE = Frozen(
    changes=(
        "business_type_id", "run_id", "status", "started_on", "profile_approved_on",
        "profile_approved_by_id", "vetting_passed_on", "vetting_passed_by_id",
    ),
    written_once=("account_number", "certified_on"),
)  # fmt: skip
NOW = Frozen(
    changes=(
        "business_type_id", "run_id", "status", "started_on", "vetting_passed_on",
        "vetting_passed_by_id",
    ),
    written_once=(
        "account_number", "certified_on", "profile_approved_on", "profile_approved_by_id",
    ),
)  # fmt: skip


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("security_models", "0015_certified_on"), ("audit", "0013_acceptance")]

    operations = [
        keep_anew(TABLE, BEFORE, NOW),
        seal_anew(TABLE, BEFORE, NOW),
        filled_once(TABLE, NOW, "profile_approved_on", "profile_approved_by_id"),
    ]
