"""A stored file is what was stored, and a document says what it was asked to say."""

from django.db import migrations

from audit.frozen import Frozen, keep


class Migration(migrations.Migration):
    dependencies = [("files", "0003_copies_of_record_are_made"), ("audit", "0003_facts")]

    operations = [
        keep(
            "files_storedfile",
            Frozen(
                changes=(
                    "state", "state_reason", "scanned_at", "scan_attempts", "next_scan_at",
                    "scanner",
                ),
                deletable=True,
            ),
        ),
        keep(
            "files_rendering",
            Frozen(
                changes=("state", "attempts", "next_attempt_at", "error"),
                written_once=("file_id", "ready_at"),
                deletable=True,
            ),
        ),
    ]  # fmt: skip
