"""Everything that was kept before this version is sealed as it is now.

Some rows at a time, each committed: it locks nothing, and may be stopped and repeated.
"""

from django.db import migrations

from audit.frozen import Frozen, filled

TABLES = {
    "audit_event": Frozen(),
    "audit_statuschange": Frozen(),
    "files_storedfile": Frozen(
        changes=(
            "state", "state_reason", "scanned_at", "scan_attempts", "next_scan_at", "scanner",
        ),
    ),
    "files_rendering": Frozen(
        changes=("state", "attempts", "next_attempt_at", "error"),
        written_once=("file_id", "ready_at"),
    ),
    "documents_documentversion": Frozen(),
    "agreements_agreementtext": Frozen(changes=("position", "shipped_hash")),
    "agreements_ceremony": Frozen(held_by=("agreements_signature", "ceremony_id")),
    "agreements_signature": Frozen(written_once=("copy_of_record_id",)),
    "security_models_businesstypeaccount": Frozen(
        changes=(
            "business_type_id", "run_id", "status", "started_on", "profile_approved_on",
            "profile_approved_by_id", "vetting_passed_on", "vetting_passed_by_id",
        ),
        written_once=("account_number", "certified_on"),
    ),
    "security_models_supportingpaper": Frozen(written_once=("removed_at", "removed_by_name")),
    "security_models_staffassignment": Frozen(written_once=("ended_at",)),
    "security_models_vetting": Frozen(),
    "security_profile_evidencelink": Frozen(changes=("removed_at", "removed_by_name")),
    "security_profile_submission": Frozen(
        changes=("status",),
        written_once=("review_started_at", "reviewed_at", "reviewed_by_name", "answer_due_on"),
    ),
    "security_profile_submissionitem": Frozen(),
    "security_profile_criteriondecision": Frozen(once="not old.is_draft"),
    "security_profile_responseversion": Frozen(),
}  # fmt: skip


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("security_profile", "0009_seals"),
        ("agreements", "0006_seals"),
        ("documents", "0004_seals"),
        ("files", "0005_seals"),
        ("security_models", "0012_seals"),
    ]

    operations = [filled(table, frozen) for table, frozen in TABLES.items()]
